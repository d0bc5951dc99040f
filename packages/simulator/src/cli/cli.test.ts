import { describe, expect, it } from 'vitest';
import { SimulatorControl } from '../control/simulator-control.ts';
import { startSimulator } from '../simulator.ts';
import { runCli } from './cli.ts';

/** Runs a command line until it has printed something, does `meanwhile`, and ends it as Ctrl-C would. */
async function cli(argv: string[], meanwhile: (out: string) => Promise<void> = async () => {}) {
  const ending = new AbortController();
  let out = '';
  let err = '';
  const printed = Promise.withResolvers<void>();
  const write = (text: string) => {
    out += text;
    printed.resolve();
  };
  const running = runCli(argv, { out: write, err: (text) => void (err += text), signal: ending.signal });
  await Promise.race([printed.promise, running]);
  await meanwhile(out);
  ending.abort();
  return { code: await running, out, err };
}

describe('slack-simulator', () => {
  it('prints its addresses and a .env block, runs until it is told to end, and exits 0', async () => {
    const { code, out } = await cli(['--port', '0', '--teams', '3'], async (text) => {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';
      expect((await new SimulatorControl(url).status()).teams).toBe(3);
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^SLACK_API_URL=http:\/\/127\.0\.0\.1:\d+\/api\/$/m);
    expect(out).toMatch(/^SLACK_CLIENT_SECRET=.+$/m);
  });

  it('prints JSON on request', async () => {
    const { out } = await cli(['run', '--port', '0', '--json']);
    expect(JSON.parse(out)).toMatchObject({ name: 'slack-simulator', teams: 1 });
  });

  it.each([[['--port', 'abc']], [['--teams', '-1']], [['--nonsense']], [['dance', 'now']]])(
    'exits 2 for %o',
    async (argv) => {
      const { code, err } = await cli(argv);
      expect(code).toBe(2);
      expect(err).toContain('error:');
    },
  );

  it('exits 1 and says what to do when it may not or cannot listen', async () => {
    const remote = await cli(['--host', '0.0.0.0']);
    expect([remote.code, remote.err]).toEqual([1, expect.stringContaining('--allow-remote')]);
    await using other = await startSimulator();
    const taken = await cli(['--port', new URL(other.url).port]);
    expect([taken.code, taken.err]).toEqual([1, expect.stringContaining('port_in_use')]);
  });
});
