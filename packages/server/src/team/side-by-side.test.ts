/** P6 and P3 in the rows of PostgreSQL: transactions of several processes side by side, each about its own installation. */
import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRowInbox } from '../inbox/inbox-repository.ts';
import type { Store } from '../store/store.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { systemClock } from '../time/clock.ts';
import { markChanged } from './change-counter-repository.ts';
import type { InstallationState } from './installation.ts';
import { createInstallationRepository } from './installation-repository.ts';
import type { Installations, InstallInput } from './installations.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';
import { createPairStore } from './refresh-repository.ts';
import { about } from './subjects.ts';

const contextOn = (store: Store) => ({ store, vault: plainSealer, clock: systemClock });
const repositoryOn = (store: Store) => createInstallationRepository(contextOn(store));
const BOT = { kind: 'bot', userId: '' } as const;
const ENTRY = { kind: 'verdict', facts: {} } as const;
const INACTIVE = { kind: 'inactive', reason: 'account_inactive', sinceMs: 7 } as const;
const HELD: InstallationState = { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: 7 } };

function aPair(name: string) {
  return { token: `xoxb-test-${name}`, scopes: [], expiresAtMs: 99, refreshToken: `xoxe-test-${name}` };
}

function anInstall(key: string, name = key): InstallInput {
  const team = key.startsWith('E') ? null : { teamId: key, name, domain: null, botUserId: null, botId: null };
  return { key, isEnterprise: key.startsWith('E'), appId: null, bot: aPair(name), users: [], team };
}

/** A session that is none of ours, as of an operator. */
async function aSession(url: string): Promise<pg.Client> {
  const session = new pg.Client(url);
  session.on('error', () => {});
  await session.connect();
  onTestFinished(() => session.end());
  return session;
}

/** One of everything that writes about an installation. */
async function writeAll(installations: Installations, pairs: ReturnType<typeof createPairStore>, key: string) {
  const version = { install: 1, refresh: 0 };
  await installations.setTeamIdentity(key, { name: `New name of ${key}` });
  await installations.setRequest(key, 'probe');
  await pairs.replace({ key, ...BOT }, `xoxe-test-${key}`, aPair(`${key}-next`));
  await installations.addTimeline(key, { kind: 'gap', facts: {} });
  await installations.recordInstall(anInstall(key));
  const expected = { version: { ...version, install: 2 }, from: 'active' } as const;
  const verdict = await installations.deactivateOrHold(key, expected, { inactive: INACTIVE, held: HELD }, ENTRY);
  const gone = { version: expected.version, sinceMs: 7 };
  return [verdict, await installations.purge(key, gone)];
}

/** What it answers while others wait; a failure that says so when it waits as well. */
async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  let answer: T | undefined;
  const answered = work.then((given) => {
    answer = given;
  });
  answered.catch(() => {});
  await vi.waitFor(() => expect(answer, 'it waits for another installation').toBeDefined(), 8_000);
  return answer;
}

describe('an installation whose row somebody has locked', () => {
  it('delays no other installation, no verdict and no event, however much waits for it', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const installations = repositoryOn(store);
    const pairs = createPairStore(contextOn(store));
    const inbox = createRowInbox(contextOn(store));
    for (const key of ['T1', 'T2', 'T3', 'E1']) await installations.recordInstall(anInstall(key));
    const session = await aSession(store.url);
    await session.query("begin; select * from installation where key = 'T1' for update");
    const version = { install: 1, refresh: 0 };
    const expected = { version, from: 'active' } as const;
    const waiting = [
      ...Array.from({ length: 20 }, (_, n) => installations.recordInstall(anInstall('T1', `T1-${n}`))),
      installations.deactivateOrHold('T1', expected, { inactive: INACTIVE, held: HELD }, ENTRY),
      installations.dropUserCredential('T1', { userId: 'U1', version }, ENTRY),
      installations.setTeamIdentity('T1', { name: 'Another' }),
    ];
    let ended = 0;
    for (const one of waiting)
      void one.then(
        () => ended++,
        () => ended++,
      );
    const waitsForRow =
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    await vi.waitFor(async () => expect((await session.query(waitsForRow)).rowCount).toBeGreaterThan(0));
    const another = await inTime(writeAll(installations, pairs, 'T2'));
    expect(another).toEqual([{ kind: 'deactivated' }, { teamIds: ['T2'], documents: 0, events: 0 }]);
    expect(await installations.recordNewInstalls([anInstall('T8'), anInstall('T9')])).toEqual(new Set(['T8', 'T9']));
    const workspaces = [{ teamId: 'T5', name: null }];
    expect(await installations.recordWorkspaces('E1', { install: 1, workspaces })).toMatchObject({ granted: ['T5'] });
    const envelope = { id: 'Ev1', teamId: 'T3', orderKey: undefined, type: 'message', body: {}, sizeBytes: 2 };
    expect((await inbox.insert([envelope])).has('Ev1')).toBe(true);
    expect(ended).toBe(0);
    await session.query('commit');
    await Promise.allSettled(waiting);
    expect((await installations.find('T1'))?.installation.version.install).toBe(21);
  });
});

describe('numbers of changes', () => {
  it('come in the order of commits: who has drawn one keeps the next writer waiting', async () => {
    const here = await openTestStore({ engine: 'postgres' });
    const there = await openTestStore({ engine: 'postgres', url: here.url });
    const installations = repositoryOn(here);
    for (const key of ['T1', 'T2']) await installations.recordInstall(anInstall(key));
    const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
    const { promise: drawn, resolve: draw } = Promise.withResolvers<number>();
    const first = here.transaction({ about: about('T1') }, async (tx) => {
      draw(await markChanged(tx, 'T1'));
      await mayCommit;
    });
    const firstSeq = await drawn;
    let isSecondDone = false;
    const second = there
      .transaction({ about: about('T2') }, (tx) => markChanged(tx, 'T2'))
      .finally(() => {
        isSecondDone = true;
      });
    const session = await aSession(here.url);
    await vi.waitFor(async () => {
      const waits = await session.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'update meta%'",
      );
      expect(waits.rowCount).toBe(1);
    });
    expect(isSecondDone).toBe(false);
    expect(await installations.changedSince(firstSeq - 1, 10)).toEqual([]);
    commit();
    await first;
    expect(await second).toBe(firstSeq + 1);
    const seen = (await installations.changedSince(firstSeq - 1, 10)).map(({ installation }) => installation.key);
    expect(seen).toEqual(['T1', 'T2']);
  });

  it('are drawn last by everything that draws one', async () => {
    const store = await openTestStore({});
    const statements: string[] = [];
    const recording = new Proxy<Store>(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
        return ((options, work) =>
          target.transaction(options, (tx) => {
            statements.push('begin');
            const note = (sql: string) => void statements.push(sql);
            return work({
              ...tx,
              run: (sql, params) => (note(sql), tx.run(sql, params)),
              get: (sql, params) => (note(sql), tx.get(sql, params)),
              all: (sql, params) => (note(sql), tx.all(sql, params)),
            });
          })) as Store['transaction'];
      },
    });
    const installations = repositoryOn(recording);
    const pairs = createPairStore(contextOn(recording));
    await installations.recordInstall(anInstall('E1'));
    await installations.recordInstall(anInstall('T2'));
    const workspaces = ['T3', 'T4'].map((teamId) => ({ teamId, name: null }));
    await installations.recordWorkspaces('E1', { install: 1, workspaces });
    await installations.importInstall({
      ...anInstall('E16'),
      isEnterprise: true,
      workspaces: [{ teamId: 'T17', name: null }],
    });
    // It leaves the organization, which is marked, too.
    await installations.recordInstall(anInstall('T3'));
    await installations.recordNewInstalls(['T10', 'T11', 'T12', 'T13', 'T14', 'T15'].map((key) => anInstall(key)));
    await writeAll(installations, pairs, 'T2');
    for (const key of ['T10', 'T11', 'T12', 'T13', 'T14', 'T15']) {
      const expected = { version: { install: 3, refresh: 0 }, from: 'active' } as const;
      const found = (await installations.find(key))?.installation.version ?? expected.version;
      await installations.deactivateOrHold(
        key,
        { ...expected, version: found },
        { inactive: INACTIVE, held: HELD },
        ENTRY,
      );
    }
    const draws = statements.flatMap((sql, at) => (sql.startsWith('update meta set change_counter') ? [at] : []));
    expect(draws.length).toBeGreaterThan(15);
    for (const at of draws) {
      const end = statements.indexOf('begin', at);
      const after = statements.slice(at + 1, end === -1 ? undefined : end);
      const others = after.filter(
        (sql) =>
          !/^(update installation set (changed_seq|request_seq) = |insert into purged_installation|select )/.test(sql),
      );
      expect(others).toEqual([]);
    }
  });
});

interface Model {
  exists: boolean;
  install: number;
  refresh: number;
  isActive: boolean;
  token: string;
  /** Of the database: the highest install that was purged. */
  purged: number;
}

/** What is asked, about the installation as it was before the round. */
type Command = { kind: 'install' | 'verdict' | 'refresh' | 'purge'; node: 0 | 1; name: string };

/** The promise, said once more and shorter; answers what the command must answer. */
function apply(model: Model, { kind, name }: Command, seen: Model): unknown {
  const isSeen = model.exists && model.install === seen.install && model.refresh === seen.refresh;
  switch (kind) {
    case 'install': {
      const install = (model.exists ? model.install : model.purged) + 1;
      Object.assign(model, { exists: true, install, refresh: 0, isActive: true, token: name });
      return install;
    }
    case 'verdict':
      if (!isSeen || !model.isActive) return false;
      model.isActive = false;
      return true;
    case 'refresh':
      if (!model.exists || model.token !== seen.token) return false;
      Object.assign(model, { refresh: model.refresh + 1, token: name });
      return true;
    case 'purge':
      if (!isSeen || model.isActive) return false;
      Object.assign(model, { exists: false, purged: Math.max(model.purged, model.install), token: '' });
      return true;
  }
}

async function send(store: Store, key: string, command: Command, seen: Model): Promise<unknown> {
  const installations = repositoryOn(store);
  const version = { install: seen.install, refresh: seen.refresh };
  switch (command.kind) {
    case 'install':
      return (await installations.recordInstall(anInstall(key, command.name))).installation.version.install;
    case 'verdict':
      return await installations.compareAndSetState(key, { version, from: 'active' }, INACTIVE, ENTRY);
    case 'refresh':
      return await createPairStore(contextOn(store)).replace(
        { key, ...BOT },
        `xoxe-test-${seen.token}`,
        aPair(command.name),
      );
    case 'purge':
      return (await installations.purge(key, { version, sinceMs: 7 })) !== undefined;
  }
}

/** What the rows say. */
async function read(store: Store, key: string): Promise<Model> {
  const meta = await store.get('select purged_install from meta');
  const purged = Number(meta?.purged_install);
  const view = await repositoryOn(store).find(key);
  if (!view) return { exists: false, install: 0, refresh: 0, isActive: false, token: '', purged };
  const { version, state } = view.installation;
  const bot = await repositoryOn(store).botCredential(key);
  // The credential is of the version of its installation, always.
  expect(bot?.version).toEqual(version);
  return {
    exists: true,
    ...version,
    isActive: state.kind === 'active',
    token: bot?.token.slice('xoxb-test-'.length) ?? '',
    purged,
  };
}

function* ordersOf<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [at, first] of items.entries()) {
    for (const rest of ordersOf(items.toSpliced(at, 1))) yield [first, ...rest];
  }
}

/** What may be asked for of one that is not there counts for nothing. */
const factsOf = ({ exists, install, refresh, ...others }: Model) =>
  JSON.stringify(exists ? { exists, install, refresh, ...others } : { exists, purged: others.purged });

describe('installs, verdicts, refreshes and purges of two processes about one installation', () => {
  it('end as if they had come one after the other', async () => {
    const here = await openTestStore({ engine: 'postgres' });
    const stores = [here, await openTestStore({ engine: 'postgres', url: here.url })] as const;
    const aCommand = fc.record({
      kind: fc.constantFrom('install', 'verdict', 'refresh', 'purge') as fc.Arbitrary<Command['kind']>,
      node: fc.constantFrom<0 | 1>(0, 1),
    });
    const rounds = fc.array(fc.array(aCommand, { minLength: 2, maxLength: 5 }), { minLength: 2, maxLength: 5 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(rounds, async (plan) => {
        const key = `T${++run}`;
        let seen = await read(here, key);
        for (const [round, asked] of plan.entries()) {
          const commands = asked.map((command, n): Command => ({ ...command, name: `${key}-${round}-${n}` }));
          const before = seen;
          const answers = await Promise.all(
            commands.map((command) => send(stores[command.node], key, command, before)),
          );
          seen = await read(here, key);
          const found = factsOf(seen);
          const places = Array.from(commands.keys());
          const isPossible = Array.from(ordersOf(places)).some((order) => {
            const model = { ...before };
            const isAnswered = order.every((at) => apply(model, commands[at] as Command, before) === answers[at]);
            return isAnswered && factsOf(model) === found;
          });
          expect(isPossible, JSON.stringify({ before, commands, answers, seen })).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('and a workspace that comes to an organization and to its own installation at once is where both say, and both are told', async () => {
    const here = await openTestStore({ engine: 'postgres' });
    const there = await openTestStore({ engine: 'postgres', url: here.url });
    await repositoryOn(here).recordInstall(anInstall('E1'));
    for (let n = 0; n < 30; n++) {
      const teamId = `T${n}`;
      const change = { access: 'granted', teamIds: [teamId], by: 'test' } as const;
      const seenSeq = Number((await here.get('select change_counter as seq from meta'))?.seq);
      const [outcome] = await Promise.all([
        repositoryOn(here).changeAccess('E1', change),
        n % 2 === 0
          ? repositoryOn(there).recordInstall(anInstall(teamId))
          : repositoryOn(there).recordNewInstalls([anInstall(teamId)]),
      ]);
      const changed = (await repositoryOn(here).changedSince(seenSeq, 10)).map(({ installation }) => installation.key);
      const owner = (await here.get('select installation_key from team where team_id = $1', [teamId]))
        ?.installation_key;
      const isImportLate = n % 2 === 1 && owner === 'E1';
      if (isImportLate) expect(changed).toEqual(['E1']);
      else {
        expect(owner).toBe(teamId);
        expect(changed).toEqual(outcome.granted.length > 0 ? ['E1', teamId] : [teamId]);
      }
    }
  }, 30_000);
});
