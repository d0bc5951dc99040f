/** An event and its installation have one shard, whatever becomes of installations and of the team meanwhile. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations, InstallInput } from '../team/installations.ts';
import { plainSealer } from '../team/plain-sealer.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInbox } from './create-inbox.ts';
import { anEnvelope } from './inbox.test-kit.ts';
import { purgeTeamEvents } from './inbox-purge-repository.ts';

const TEAMS = ['T1', 'T2', 'T3'] as const;
const KEYS = [...TEAMS, 'E1', 'E2'] as const;

type Command =
  | { type: 'install' | 'deactivate' | 'purge'; key: (typeof KEYS)[number] }
  | { type: 'list'; key: 'E1' | 'E2'; teamIds: readonly string[] }
  | { type: 'event'; teamId: (typeof TEAMS)[number]; waits: boolean }
  | { type: 'fail' | 'retry' | 'wait' };

const aCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    type: fc.constantFrom('install' as const, 'deactivate' as const, 'purge' as const),
    key: fc.constantFrom(...KEYS),
  }),
  fc.record({
    type: fc.constant('list' as const),
    key: fc.constantFrom('E1' as const, 'E2' as const),
    teamIds: fc.subarray([...TEAMS]),
  }),
  fc.record({ type: fc.constant('event' as const), teamId: fc.constantFrom(...TEAMS), waits: fc.boolean() }),
  fc.record({ type: fc.constantFrom('fail' as const, 'retry' as const, 'wait' as const) }),
);

function anInstall(key: string): InstallInput {
  return {
    key,
    isEnterprise: key.startsWith('E'),
    appId: 'A1',
    bot: { token: `xoxb-test-${key}`, scopes: [], expiresAtMs: null },
    users: [],
    team: { teamId: key, name: null, domain: null, botUserId: null, botId: null },
  };
}

/** Shards of the rows that are not done, and what they should be by the rows of teams and installations. */
async function shardsIn(store: TestStore): Promise<{ are: unknown[]; should: unknown[] }> {
  const rows = await store.all(
    `select inbox.seq, inbox.team_id, inbox.shard, i.shard as should from inbox
     left join team t on t.team_id = inbox.team_id left join installation i on i.key = t.installation_key
     where state <> 'done' order by seq`,
  );
  return {
    are: rows.map(({ seq, shard }) => [seq, shard]),
    should: rows.map(({ seq, team_id, should }) => [seq, should ?? shardOf(String(team_id))]),
  };
}

async function aServer(store: TestStore) {
  const clock = new TestClock(1_000);
  const inbox = createInbox({ store, clock });
  const installations = createInstallationRepository({
    store,
    vault: plainSealer,
    clock,
    purgeTeam: async (tx, teamId) => ({ documents: 0, events: await purgeTeamEvents(tx, teamId, store) }),
  });
  let events = 0;
  const carryOut = async (command: Command) => {
    const [oldest] = await inbox.list({ state: 'not_done', limit: 1 });
    switch (command.type) {
      case 'install':
        return void (await installations.recordInstall(anInstall(command.key)));
      case 'deactivate':
        return await deactivate(installations, command.key);
      case 'purge':
        return await purge(installations, command.key);
      case 'list': {
        const install = (await installations.find(command.key))?.installation.version.install ?? 0;
        const workspaces = command.teamIds.map((teamId) => ({ teamId, name: null }));
        return void (await installations.recordWorkspaces(command.key, { install, workspaces }));
      }
      case 'event': {
        const { teamId, waits } = command;
        return void (await inbox.insert([anEnvelope(`Ev${++events}`, { teamId })], { waits: () => waits }));
      }
      case 'fail':
        return oldest && (await inbox.fail(oldest.seq, { code: 'listener_failed', message: 'boom' }));
      case 'retry':
        return oldest && (await inbox.retry(oldest.seq, { runAtMs: 0, failure: { code: 'x', message: 'x' } }));
      case 'wait':
        await clock.advance(20_000);
        return await inbox.tidy();
    }
  };
  return { carryOut };
}

async function deactivate(installations: Installations, key: string): Promise<void> {
  const found = await installations.find(key);
  if (!found) return;
  const { version, state } = found.installation;
  const next = { kind: 'inactive', reason: 'account_inactive', sinceMs: 7 } as const;
  const entry = { kind: 'verdict', facts: {} } as const;
  await installations.compareAndSetState(key, { version, from: state.kind }, next, entry);
}

async function purge(installations: Installations, key: string): Promise<void> {
  const found = await installations.find(key);
  if (found) await installations.purge(key, { version: found.installation.version, sinceMs: 7 });
}

describe('events and their installations on sqlite', () => {
  it('have one shard through installs, organizations, moves and purges in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aCommand, { minLength: 3, maxLength: 25 }), async (commands) => {
        const store = await openTestStore();
        const server = await aServer(store);
        for (const command of commands) {
          await server.carryOut(command);
          const { are, should } = await shardsIn(store);
          expect(are).toEqual(should);
        }
        await store.close();
      }),
      { numRuns: 30 },
    );
  });

  it('of a workspace that its organization takes over and gives back go along', async () => {
    const store = await openTestStore();
    const { carryOut } = await aServer(store);
    await carryOut({ type: 'install', key: 'E1' });
    await carryOut({ type: 'event', teamId: 'T1', waits: true });
    await carryOut({ type: 'list', key: 'E1', teamIds: ['T1'] });
    expect((await shardsIn(store)).are).toEqual([[1, shardOf('E1')]]);
    await carryOut({ type: 'fail' });
    await carryOut({ type: 'install', key: 'T1' });
    expect((await shardsIn(store)).are).toEqual([[1, shardOf('T1')]]);
  });
});
