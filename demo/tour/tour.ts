/** The story of the disabled integration, played from end to end. What is proved is proved by the simulator's log. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from 'slack-simulator';
import { ServerProcess } from './server-process.ts';
import { Stage, TourFailure } from './stage.ts';
import { story } from './story.ts';

/** What is shorter may stand in a word. */
const MIN_SECRET_LENGTH = 12;

/** Plays the tour; answers the exit code. */
export async function runTour({ cli, bot }: { cli: string; bot: string }): Promise<number> {
  const startedAtMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'slack-bot-server-tour-'));
  const simulator = await startSimulator({
    teams: [{ name: 'Acme' }, { name: 'Globex' }, { name: 'Initech' }],
    clock: { mode: 'manual' },
    logCapacity: 200_000,
  });
  const [app] = await simulator.control.apps();
  const port = await freePort();
  const server = new ServerProcess({
    cli,
    bot,
    env: {
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATABASE_URL: join(folder, 'tour.db'),
      SLACK_API_URL: simulator.apiUrl,
      SLACK_AUTHORIZE_URL: simulator.authorizeUrl,
      SLACK_CLIENT_ID: app?.clientId ?? '',
      SLACK_CLIENT_SECRET: app?.clientSecret ?? '',
    },
  });
  const stage = new Stage(simulator.control, server);
  // Ctrl-C: the server ends with its parent; only the folder would stay.
  process.once('SIGINT', () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  });
  try {
    await story(stage);
    checkLog(stage, server.log, simulator.secrets());
    console.log(
      `\nThe tour is over: every step was seen in Slack's own log (${Math.round((performance.now() - startedAtMs) / 1_000)} s).`,
    );
    return 0;
  } catch (error) {
    console.error(`\n    ✗ ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof TourFailure)) console.error(error);
    console.error(`\nThe last lines of the server:\n${server.output.map((line) => `  ${line}`).join('\n')}`);
    return 1;
  } finally {
    await server.stop().catch(() => undefined);
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the bot of examples/hello prints itself is no line of the server's log. */
const BOT_PRINTS = 'hello: ';

/** What a machine reads of the servers: an object for each line, and none of the tokens and secrets that Slack gave out. */
function checkLog(stage: Stage, lines: readonly string[], secrets: readonly string[]): void {
  stage.tell('The log of the servers is read line by line');
  const ofServer = lines.filter((line) => !line.startsWith(BOT_PRINTS));
  const faulty = ofServer.filter((line) => !isObject(line));
  stage.require(ofServer.length > 0 && faulty.length === 0, `each line is a JSON object: ${faulty[0]}`);
  const known = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  const leaking = lines.find((line) => known.some((secret) => line.includes(secret)));
  stage.require(known.length > 0 && leaking === undefined, 'no line holds a secret');
  stage.prove(`${ofServer.length} lines are JSON objects, and hold none of ${known.length} secrets`);
}

function isObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

/** The port is in the redirect URL, so it must stay the same when the server is started again. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
