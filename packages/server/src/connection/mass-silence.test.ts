/** Many sockets that fall silent together, against a real peer: what is kept and what is replaced. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connected, Rig, until } from '../../test/connection/rig.ts';
import type { Script } from '../../test/connection/scripted-slack.ts';

let rig: Rig;

beforeEach(async () => {
  // None of the silent answers its ping: waiting long for each would only cost time.
  rig = await Rig.start({ ioPatienceMs: 15 });
});

afterEach(async () => {
  await rig.stop();
});

/** 25 teams that are connected; what becomes of the silence of many goes to `said`. */
async function superviseMany(said: string[] = []): Promise<string[]> {
  rig.supervise({}, { onIncident: ({ kind }) => void said.push(kind) });
  const keys = Array.from({ length: 25 }, (_, i) => `T${i}`);
  for (const key of keys) rig.supervisor.want(key, connected);
  await rig.clock.advance(1_000);
  await until(() => rig.supervisor.counts().byKind.open === 25);
  return keys;
}

it.each<[string, Partial<Script>]>([
  ['rtm.connect answers nothing', { answer: { kind: 'hang' } }],
  ['rtm.connect answers a 503', { answer: { kind: 'http', status: 503 } }],
  ['new sockets get no hello', { greeting: { kind: 'none' } }],
  ['new sockets are closed after hello', { greeting: { kind: 'close', withHello: true } }],
  ['new sockets say hello and no more', { isMuteAfterHello: true }],
])('drops nobody when more than a fifth of the sockets fall silent together and %s', async (_, script) => {
  const said: string[] = [];
  const keys = await superviseMany(said);
  for (const key of keys) rig.slack.script(key, script);
  for (const key of keys.slice(0, 10)) rig.slack.mute(key);
  const before = rig.slack.asked.length;
  await rig.clock.advance(150_000);
  expect(said.slice(0, 3)).toEqual(['sampling', 'keeping', 'sampling']);
  // Five for each sample, of which there is one in ten seconds at most.
  expect(rig.slack.asked.length - before).toBeLessThanOrEqual(5 * 15);
  for (const key of keys) for (const { socket } of rig.slack.accepted.filter((one) => one.key === key)) socket.resume();
  await rig.clock.advance(2_000);
  expect(said.at(-1)).toBe('calm');
  expect(rig.changes.filter(({ from, to }) => from === 'open' && to !== 'open')).toEqual([]);
  expect(rig.slack.accepted.slice(0, 25).map(({ closedWith }) => closedWith)).toEqual(keys.map(() => undefined));
});

it('replaces all that fell silent together within half a minute when new sockets answer, and tells their gaps', async () => {
  const said: string[] = [];
  const keys = await superviseMany(said);
  for (const key of keys) rig.slack.mute(key);
  await rig.clock.advance(30_000);
  await until(() => rig.supervisor.counts().byKind.open === 25 && rig.supervisor.counts().sockets === 25);
  expect(said).toEqual(['sampling', 'replacing', 'calm']);
  expect(rig.slack.asked).toHaveLength(50);
  expect(rig.gaps).toHaveLength(25);
});

it('keeps a socket that answers again before its successor does, and drops the successor', async () => {
  const keys = await superviseMany();
  for (const key of keys) rig.slack.script(key, { greeting: { kind: 'hello', afterMs: 5_000 } });
  for (const key of keys) rig.slack.mute(key);
  while (rig.slack.accepted.length < 30) await rig.clock.advance(1_000);
  for (const { socket } of rig.slack.accepted.slice(0, 25)) socket.resume();
  await rig.clock.advance(10_000);
  await until(() => rig.slack.accepted.slice(25).every(({ closedWith }) => closedWith !== undefined));
  expect(rig.slack.accepted.slice(0, 25).map(({ closedWith }) => closedWith)).toEqual(keys.map(() => undefined));
  expect(rig.gaps).toEqual([]);
});

it('asks for less when many sockets fall silent together', async () => {
  const said: string[] = [];
  const keys = await superviseMany(said);
  for (const key of keys) rig.slack.mute(key);
  for (const key of keys) rig.slack.script(key, { greeting: { kind: 'none' } });
  while (said.length === 0) await rig.clock.advance(1_000);
  const before = rig.slack.asked.length;
  for (let i = 0; i < 100; i++) rig.supervisor.want(`N${i}`, connected);
  await rig.clock.advance(1_000);
  expect(rig.slack.asked.length - before).toBeLessThanOrEqual(32);
});
