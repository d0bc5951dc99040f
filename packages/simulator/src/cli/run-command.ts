/** `slack-simulator run`: starts a simulator and prints where it is and what a bot's `.env` needs. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { SimulatorError } from '../errors.ts';
import type { TlsOptions } from '../http/server.ts';
import type { AppRequest } from '../manifest/app-settings.ts';
import type { SimulatorOptions } from '../simulator.ts';
import type { AppKind } from '../workspace/model.ts';
import { type CliProcess, DEFAULT_PORT, wholeNumber } from './command-io.ts';
import { authorizeUrlOf, envBlock } from './env-block.ts';

interface RunOptions {
  port: number;
  host: string;
  allowRemote: boolean;
  allowHost?: string[];
  teams?: number;
  kind?: AppKind;
  manifest?: string;
  requestUrl?: string;
  seed?: string;
  seedNumber?: number;
  install: boolean;
  publicUrl?: string;
  streamLifetime?: number;
  unlisted?: boolean;
  tlsCert?: string;
  tlsKey?: string;
  json: boolean;
}

export function addRun(cli: Command, io: CliProcess): void {
  cli
    .command('run', { isDefault: true })
    .description('start a simulator and print its addresses and the .env of a bot')
    .option('-p, --port <port>', 'port to listen on; 0 takes a free one', wholeNumber(65_535), DEFAULT_PORT)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--allow-remote', 'allow an address that other machines can reach; there are no passwords', false)
    .option('--allow-host <name>', "answer to this name as well, for example a container's; may be repeated", collected)
    .option(
      '--public-url <url>',
      'where apps reach it, for the URLs that it gives out: http://slack:4400 in a container',
    )
    .option('-t, --teams <n>', 'how many workspaces (default: 1)', wholeNumber(100_000))
    .addOption(new Option('--kind <kind>', 'kind of the app (default: classic)').choices(['classic', 'granular']))
    .addOption(
      new Option('--manifest <file>', "the app: Slack's app manifest, JSON or YAML").conflicts(['seed', 'kind']),
    )
    .addOption(
      new Option('--request-url <url>', 'where the app listens, in place of the URLs of its manifest').conflicts(
        'seed',
      ),
    )
    .addOption(
      new Option('--seed <file>', 'YAML or JSON: workspaces, people, channels, messages, apps, installs').conflicts([
        'teams',
        'kind',
      ]),
    )
    .option('--seed-number <n>', 'make ids, tokens and secrets repeat from run to run', wholeNumber(2 ** 32 - 1))
    .addOption(
      new Option(
        '--unlisted',
        'the app is sold outside the Marketplace: it reads conversations once a minute, 15 messages at a time',
      ).conflicts('seed'),
    )
    .option(
      '--stream-lifetime <seconds>',
      'when streams end by themselves; 0: never (default: 300)',
      wholeNumber(86_400),
    )
    .option('--install', 'install the first app in every workspace', false)
    .option('--tls-cert <file>', 'certificate in PEM form: https and wss')
    .option('--tls-key <file>', 'key of the certificate')
    .option('--json', 'print one line of JSON instead of text', false)
    .addHelpText('after', RUN_EXAMPLES)
    .action((options: RunOptions) => run(options, io));
}

const RUN_EXAMPLES = `
Examples:
  slack-simulator
  slack-simulator run --kind granular --install
  slack-simulator run --manifest manifest.json --request-url http://127.0.0.1:3000/slack/events --install
  slack-simulator run --seed slack.yaml --seed-number 1 --port 0 --json`;

async function run(options: RunOptions, io: CliProcess): Promise<void> {
  // Loaded when called: all other commands only talk to one that runs.
  const { startSimulator } = await import('../simulator.ts');
  await using simulator = await startSimulator(await simulatorOptions(options));
  const { control } = simulator;
  if (options.install) for (const { id } of await control.teams()) await control.install({ team: id });
  const [status, installs] = [await control.status(), await control.installs()];
  if (options.json) io.out(`${JSON.stringify({ ...status, installs })}\n`);
  else
    io.out(
      `Simulator  ${simulator.url}\nWeb API    ${simulator.apiUrl}\nInstall    ${authorizeUrlOf(status)}\n\n${envBlock(status, installs)}\n`,
    );
  await aborted(io.signal);
}

async function simulatorOptions(options: RunOptions): Promise<SimulatorOptions> {
  const { port, host, allowRemote, allowHost, publicUrl, teams, seed, seedNumber, streamLifetime } = options;
  const tls = await tlsOptions(options);
  const app = appOptions(options);
  return {
    port,
    host,
    allowRemote,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(allowHost && { allowHosts: allowHost }),
    ...(teams !== undefined && { teams }),
    ...(app && { app }),
    ...(seed !== undefined && { seed }),
    ...(seedNumber !== undefined && { seedNumber }),
    ...(streamLifetime !== undefined && { streams: { lifetimeMs: streamLifetime * 1000 } }),
    ...(tls && { tls }),
  };
}

/** One URL for events, commands and interactivity: what Bolt listens on. */
function appOptions({ kind, manifest, requestUrl, unlisted }: RunOptions): AppRequest | undefined {
  if (kind === undefined && manifest === undefined && requestUrl === undefined && !unlisted) return undefined;
  const urls = requestUrl && { requestUrl, interactivityUrl: requestUrl, optionsUrl: requestUrl };
  const isUnlisted = unlisted && { isUnlisted: true };
  return { ...(kind && { kind }), ...(manifest !== undefined && { manifest }), ...urls, ...isUnlisted };
}

function collected(value: string, others: readonly string[] = []): string[] {
  return [...others, value];
}

/** @throws SimulatorError `usage`, `invalid_configuration` */
async function tlsOptions({ tlsCert, tlsKey }: RunOptions): Promise<TlsOptions | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new SimulatorError('usage', '--tls-cert and --tls-key belong together');
  }
  return { cert: await pem(tlsCert), key: await pem(tlsKey) };
}

async function pem(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new SimulatorError('invalid_configuration', `Cannot read ${file}`, { cause });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
