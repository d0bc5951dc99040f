/** Hundreds of installations that want to be asked at the same moment, seen from the server that is asked: real rows, real HTTP. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { probeToken } from '../src/installation/identify.ts';
import { createVault } from '../src/installation/sealing.ts';
import { Judge } from '../src/judge/judge.ts';
import { ownsAll } from '../src/ownership/key-ownership.test-kit.ts';
import { createSlackFetch } from '../src/slack/slack-fetch.ts';
import { createCallSlack } from '../src/slack/web-api.ts';
import { openSqliteStore, type SqliteStore } from '../src/store/sqlite-store.ts';
import type { Version } from '../src/team/installation.ts';
import { createInstallationRepository } from '../src/team/installation-repository.ts';
import type { Installations } from '../src/team/installations.ts';
import { plantInstallations } from '../src/team/planted-rows.test-kit.ts';
import { RowWatcher } from '../src/team/row-watcher.ts';
import { TestClock } from '../src/time/test-clock.ts';

const MINUTE_MS = 60_000;
const TEAMS = 300;
/** As many as are deactivated before the breaker trips: a fiftieth. */
const BELIEVED = 6;
/** In which all of them are asked, ten in a second, and their answers written. */
const ALL_ASKED_MS = TEAMS * 100 + 15_000;
/** So many stay without an answer for most of a probe's time. */
const SLOW = 60;
const SLOW_MS = 2_500;
const keys = Array.from({ length: TEAMS }, (_, n) => `T${n}`);
/** Two of which nothing is wrong at first. */
const others = ['FRESH', 'CHECKED'];

interface Asked {
  key: string;
  atMs: number;
  /** How many requests were open then, with this one. */
  open: number;
}

const clock = new TestClock(1_795_000_000_000, { ioPatienceMs: 100 });
const vault = createVault([new Uint8Array(32).fill(7)]);
const silent = { info() {}, warn() {}, error() {} };
let folder: string;
let store: SqliteStore;
let slack: Server;
let installations: Installations;
let judge: Judge;
let watcher: RowWatcher;
let asked: Asked[];
let answer: object;
let open = 0;

beforeAll(async () => {
  slack = createServer((request, response) => {
    const key = request.headers.authorization?.replace('Bearer xoxb-test-', '') ?? '';
    asked.push({ key, atMs: clock.now(), open: ++open });
    const body = JSON.stringify(others.includes(key) ? { ok: true } : answer);
    const end = () => {
      open--;
      response.end(body);
    };
    if (asked.length > SLOW) end();
    else clock.after(SLOW_MS, end);
  });
  await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/api/`;
  const callSlack = createCallSlack(
    createSlackFetch({
      apiUrl,
      lookup: () => expect.fail('only probes are sent'),
      report: () => expect.fail('probes raise no signal'),
      clock,
      random: () => 0.5,
    }),
    apiUrl,
  );
  folder = await mkdtemp(join(tmpdir(), 'slack-bot-server-'));
  store = await openSqliteStore({ path: join(folder, 'test.db'), clock });
  const repository = createInstallationRepository({ store, vault, clock });
  installations = inNoTime(repository);
  judge = new Judge({
    owner: ownsAll,
    passOn: () => expect.unreachable('everything is judged here'),
    installations,
    probe: ({ installation: { key } }) => probeToken(callSlack, `xoxb-test-${key}`),
    probePerson: () => expect.fail('nobody gave a token'),
    clock,
    random: () => 0.5,
    log: silent,
    wake: () => watcher.wake(),
    onIncident: () => {},
  });
  watcher = new RowWatcher({ installations, clock, log: silent });
  await plantInstallations({ store, vault }, [...keys, ...others]);
  await watcher.start(async (view) => judge.observe(view));
  for (const key of keys) report(key, { source: 'connect', method: 'rtm.connect' });
  while ((await words()).held !== TEAMS - BELIEVED) await clock.settle();
  await clock.advance(10_000);
}, 240_000);

afterAll(async () => {
  await watcher.stop();
  await judge.stop();
  await store.close();
  await rm(folder, { recursive: true, force: true });
  slack.closeAllConnections();
  await new Promise((resolve) => slack.close(resolve));
});

beforeEach(() => {
  asked = [];
});

it('the probes of an incident are at most ten in a second and twenty at once, and nobody else waits for them', async () => {
  answer = { ok: false, error: 'account_inactive' };
  expect(await words()).toEqual({ inactive: BELIEVED, held: TEAMS - BELIEVED, active: 2 });
  await clock.advance(5 * MINUTE_MS - 10_000);
  await clock.advance(20_000);
  // A listener’s call was refused; and one whose check waits behind the incident.
  void judge.check('CHECKED');
  const signalAtMs = clock.now();
  for (const key of others) report(key, { source: 'call', method: 'chat.postMessage' });
  await clock.advance(1_000);
  for (const key of others) expect(asked.find((one) => one.key === key)?.atMs).toBeLessThan(signalAtMs + 1_000);
  const before = asked.length;
  expect(before).toBeLessThan(TEAMS - 50);
  await clock.advance(ALL_ASKED_MS);
  const paced = ofIncident();
  expect(paced.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
  expectThePace(paced);
  expect(Math.max(...paced.map((one) => one.open))).toBe(20);
}, 240_000);

it('so are those for which the operator asks for all of them, and who is answered is back', async () => {
  answer = { ok: true };
  for (const key of keys) await installations.setRequest(key, 'probe');
  await clock.advance(ALL_ASKED_MS);
  expect(asked.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
  expectThePace(asked);
  expect(await words()).toEqual({ active: TEAMS + 2 });
}, 240_000);

it('so are periodic checks', async () => {
  answer = { ok: true };
  const checks = Promise.all(keys.map((key) => judge.check(key)));
  await clock.advance(ALL_ASKED_MS);
  expect(new Set(await checks)).toEqual(new Set([true]));
  expect(asked).toHaveLength(TEAMS);
  expectThePace(asked);
}, 240_000);

function ofIncident(): Asked[] {
  return asked.filter(({ key }) => !others.includes(key));
}

/** Ten in a second; on a busy machine one arrives beside the next. */
function expectThePace(requests: readonly Asked[]): void {
  expect(busiestSecond(requests)).toBeGreaterThanOrEqual(9);
  expect(busiestSecond(requests)).toBeLessThanOrEqual(12);
}

/** The largest number within any second. */
function busiestSecond(requests: readonly Asked[]): number {
  const moments = requests.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [last, atMs] of moments.entries()) {
    while ((moments[first] ?? 0) <= atMs - 1_000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Statements of the store take real time on their thread, and none of the moved one. */
function inNoTime(real: Installations): Installations {
  return new Proxy(real, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return (...args: unknown[]) => clock.io(Promise.resolve(found.apply(target, args)), 'store');
    },
  });
}

/** Slack refuses a request of the installation. */
function report(key: string, about: { source: 'connect' | 'call'; method: string }): void {
  const version: Version = { install: 1, refresh: 0 };
  judge.report({ key, kind: 'bot', userId: '', version, code: 'account_inactive', ...about });
}

async function words(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { installation } of await installations.list({ limit: TEAMS + others.length })) {
    const { state } = installation;
    const word = state.kind === 'active' && state.doubt.kind !== 'none' ? state.doubt.kind : state.kind;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}
