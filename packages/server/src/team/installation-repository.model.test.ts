/** Installs and verdicts in any order against a model of a few lines: what is late never wins. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store } from '../store/store.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { systemClock } from '../time/clock.ts';
import type { InstallationState } from './installation.ts';
import { createInstallationRepository } from './installation-repository.ts';
import type { Installations } from './installations.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';

type Kind = InstallationState['kind'];
type Command =
  | { type: 'install'; token: string }
  | { type: 'verdict'; install: number; from: Kind; to: Kind }
  | { type: 'request' };

const aKind = fc.constantFrom<Kind>('active', 'suspended', 'inactive');
const anInstall = fc.record({ type: fc.constant('install' as const), token: fc.stringMatching(/^xoxb-test-[a-c]$/) });
const aVerdict = fc.record({
  type: fc.constant('verdict' as const),
  install: fc.integer({ min: 0, max: 4 }),
  from: aKind,
  to: aKind,
});
const aCommand: fc.Arbitrary<Command> = fc.oneof(
  anInstall,
  { weight: 3, arbitrary: aVerdict },
  fc.constant<Command>({ type: 'request' }),
);

const repositoryOn = (store: Store) => createInstallationRepository({ store, vault: plainSealer, clock: systemClock });

function stateOf(kind: Kind): InstallationState {
  return kind === 'active' ? { kind, doubt: { kind: 'none' } } : { kind, reason: 'account_inactive', sinceMs: 1 };
}

/** Answers the number of the install, whether the verdict or request was taken. */
async function send(installations: Installations, key: string, command: Command): Promise<number | boolean> {
  switch (command.type) {
    case 'install': {
      const bot = { token: command.token, scopes: [], expiresAtMs: null };
      const input = { key, isEnterprise: false, appId: null, bot, users: [], team: null };
      return (await installations.recordInstall(input)).installation.version.install;
    }
    case 'verdict': {
      const expected = { version: { install: command.install, refresh: 0 }, from: command.from };
      return installations.compareAndSetState(key, expected, stateOf(command.to), { kind: 'verdict', facts: {} });
    }
    case 'request':
      return installations.setRequest(key, 'probe');
  }
}

interface Model {
  install: number;
  status: Kind;
  token: string;
  isRequested: boolean;
}

/** The promise, said once more and shorter: answers what `send` must answer. */
function expected(model: Model, command: Command): number | boolean {
  if (command.type === 'install') {
    Object.assign(model, { install: model.install + 1, status: 'active', token: command.token, isRequested: false });
    return model.install;
  }
  if (model.install === 0) return false;
  if (command.type === 'request') return (model.isRequested = true);
  const isTaken = command.install === model.install && command.from === model.status;
  if (isTaken && model.status !== 'inactive' && command.to === 'inactive') model.isRequested = false;
  if (isTaken) model.status = command.to;
  return isTaken;
}

describe.each(engines)('installs and verdicts on %s', (engine) => {
  it('end as if they had come one after the other, and a verdict on an old version changes nothing', async () => {
    const store = await openTestStore({ engine });
    const installations = repositoryOn(store);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(aCommand, { maxLength: 12 }), async (commands) => {
        const key = `T${++run}`;
        const model: Model = { install: 0, status: 'active', token: '', isRequested: false };
        // Sent all at once: the store takes them in this order.
        const answers = await Promise.all(commands.map((command) => send(installations, key, command)));
        expect(answers).toEqual(commands.map((command) => expected(model, command)));
        const view = await installations.find(key);
        expect(view?.installation.version.install ?? 0).toBe(model.install);
        if (!view) return;
        expect(view.installation.state).toEqual(stateOf(model.status));
        expect(view.installation.request).toBe(model.isRequested ? 'probe' : null);
        expect(await installations.botCredential(key)).toMatchObject({
          token: model.token,
          version: { install: model.install },
        });
      }),
      { numRuns: 60 },
    );
  });

  it('of two nodes at once leave the last install in the state that only its own verdicts gave it', async () => {
    const store = await openTestStore({ engine });
    const nodes = [repositoryOn(store), repositoryOn(await openTestStore({ engine, url: store.url }))] as const;
    const sent = fc.array(fc.tuple(fc.constantFrom(0, 1), aCommand), { minLength: 4, maxLength: 12 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(sent, async (commands) => {
        const key = `T${++run}`;
        const answers = await Promise.all(commands.map(([node, command]) => send(nodes[node as 0 | 1], key, command)));
        const installs = answers.filter((answer) => typeof answer === 'number').sort((a, b) => a - b);
        expect(installs).toEqual(Array.from(installs, (_, i) => i + 1));
        const last = installs.length;
        const given = commands
          .map(([, command]) => command)
          .filter((command, i) => command.type === 'verdict' && command.install === last && answers[i] === true)
          .map((command) => (command as { to: Kind }).to);
        const view = await nodes[0].find(key);
        expect(view?.installation.version.install ?? 0).toBe(last);
        if (view) expect(given.length === 0 ? ['active'] : given).toContain(view.installation.state.kind);
      }),
      { numRuns: 30 },
    );
  });
});
