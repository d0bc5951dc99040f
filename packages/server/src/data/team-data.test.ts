import { type ChildProcess, fork } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines, nextMessage, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createTeamData } from './team-data.ts';
import { purgeTeamData } from './team-data-repository.ts';

/** Killed at the end of the test if it still runs. */
function startCounting(url: string, steps: number): ChildProcess {
  const program = new URL('./count-process.test-kit.ts', import.meta.url);
  const child = fork(program, [url, `${steps}`], { execArgv: ['--conditions=source'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

describe.each(engines)('the data of teams on %s', (engine) => {
  async function aTeamData() {
    const store = await openTestStore({ engine });
    const dataOf = createTeamData({ store, clock: new TestClock() });
    return { store, dataOf, data: dataOf('T1') };
  }

  const INVALID = { code: 'invalid_input' };
  const CONFLICT = { code: 'data_conflict' };

  describe('team data', () => {
    it('gives back what was set, with a version that grows', async () => {
      const { data } = await aTeamData();
      const value = { scores: [1, 2.5, null], name: 'Ünïcode 😀 \0', nested: { yes: true } };
      expect(await data.get('game')).toBeUndefined();
      expect(await data.set('game', { first: 1 })).toBe(1);
      expect(await data.set('game', value)).toBe(2);
      expect(await data.get('game')).toEqual({ value, version: 2 });
    });

    it('keeps teams and keys apart', async () => {
      const { dataOf } = await aTeamData();
      await dataOf('T1').set('a', 1);
      await dataOf('T2').set('a', 2);
      expect(await dataOf('T1').get('a')).toMatchObject({ value: 1 });
      expect(await dataOf('T2').get('a')).toMatchObject({ value: 2 });
      expect(await dataOf('T2').get('A')).toBeUndefined();
    });

    it('sets under ifVersion only the version that was read', async () => {
      const { data } = await aTeamData();
      expect(await data.set('a', 'new', { ifVersion: 0 })).toBe(1);
      await expect(data.set('a', 'again', { ifVersion: 0 })).rejects.toMatchObject(CONFLICT);
      expect(await data.set('a', 'next', { ifVersion: 1 })).toBe(2);
      await expect(data.set('a', 'late', { ifVersion: 1 })).rejects.toMatchObject(CONFLICT);
      await expect(data.set('b', 'none', { ifVersion: 1 })).rejects.toMatchObject(CONFLICT);
      expect(await data.get('a')).toEqual({ value: 'next', version: 2 });
    });

    it('never gives a version again, not even after the document was deleted', async () => {
      const { data } = await aTeamData();
      await data.set('a', 1);
      const seen = await data.set('a', 2);
      await data.delete('a');
      const anew = await data.set('a', 3);
      expect(anew).toBeGreaterThan(seen);
      await expect(data.set('a', 4, { ifVersion: seen })).rejects.toMatchObject(CONFLICT);
      await data.delete('a', { ifVersion: anew });
      expect(await data.set('a', 5, { ifVersion: 0 })).toBeGreaterThan(anew);
    });

    it('deletes a document, or says that there was none', async () => {
      const { data } = await aTeamData();
      const version = await data.set('a', 1);
      await expect(data.delete('a', { ifVersion: version + 1 })).rejects.toMatchObject(CONFLICT);
      expect(await data.delete('a', { ifVersion: version })).toBe(true);
      expect(await data.delete('a')).toBe(false);
      await expect(data.delete('a', { ifVersion: version })).rejects.toMatchObject(CONFLICT);
      expect(await data.get('a')).toBeUndefined();
    });

    it('loses no change when many update one document at once', async () => {
      const { data } = await aTeamData();
      await Promise.all(Array.from({ length: 25 }, () => data.update<number>('count', (count = 0) => count + 1)));
      expect(await data.get('count')).toEqual({ value: 25, version: 25 });
    });

    it('leaves a document alone when the change returns undefined', async () => {
      const { data } = await aTeamData();
      expect(await data.update('a', () => undefined)).toBeUndefined();
      await data.set('a', 1);
      expect(await data.update('a', async () => undefined)).toEqual({ value: 1, version: 1 });
      expect(await data.get('a')).toEqual({ value: 1, version: 1 });
    });

    it('gives up an update that somebody else always overtakes', async () => {
      const { data } = await aTeamData();
      await data.set('a', 0);
      const overtaken = data.update<number>('a', async (value = 0) => {
        await data.set('a', value + 1);
        return -1;
      });
      await expect(overtaken).rejects.toMatchObject(CONFLICT);
      expect(await data.get('a')).toMatchObject({ value: 100 });
    });

    it('reads many at once, each once, also by names that objects have', async () => {
      const { data, dataOf } = await aTeamData();
      const names = ['__proto__', 'constructor', 'a'];
      for (const key of names) await data.set(key, { ['__proto__']: key });
      await dataOf('T2').set('b', 1);
      const found = await data.getMany<Record<string, string>>([...names, 'a', 'b', 'c']);
      expect(Array.from(found.keys()).sort()).toEqual(names.toSorted());
      expect(Object.entries(found.get('__proto__')?.value ?? {})).toEqual([['__proto__', '__proto__']]);
      expect(found.get('a')?.version).toBe(1);
      expect(await data.getMany([])).toEqual(new Map());
      await expect(data.getMany(['a', 'nul\0'])).rejects.toMatchObject(INVALID);
      await expect(data.getMany(Array(1_001).fill('a'))).rejects.toMatchObject(INVALID);
    });

    it('counts many steps at once, and loses none', async () => {
      const { data } = await aTeamData();
      expect(await data.increment('count')).toBe(1);
      expect(await data.increment('count', -5)).toBe(-4);
      const steps = Array.from({ length: 50 }, (_, index) => data.increment('many', index));
      const seen = await Promise.all(steps);
      expect(new Set(seen).size).toBeGreaterThanOrEqual(49);
      expect(await data.get('many')).toEqual({ value: 1_225, version: 50 });
      await data.delete('many');
      expect(await data.increment('many', 0)).toBe(0);
      expect((await data.get('many'))?.version).toBeGreaterThan(50);
    });

    it('counts from several processes at once, and loses no step', async () => {
      const { store, data } = await aTeamData();
      const processes = Array.from({ length: 3 }, () => startCounting(store.url, 100));
      expect(await Promise.all(processes.map(nextMessage))).toEqual(['ready', 'ready', 'ready']);
      const seen = processes.map(nextMessage);
      for (const one of processes) one.send('begin');
      const values = (await Promise.all(seen)).flat() as number[];
      expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
      expect(await data.get('count')).toEqual({ value: 300, version: 300 });
    });

    it.each([[1.5], ['7'], [null], [{ n: 1 }], [1e300], [[1]], [true]])('does not count on from %j', async (value) => {
      const { data } = await aTeamData();
      await data.set('a', value);
      await expect(data.increment('a')).rejects.toMatchObject({ ...INVALID, facts: { teamId: 'T1', key: 'a' } });
      expect(await data.get('a')).toEqual({ value, version: 1 });
    });

    it('counts by whole numbers up to the largest that is one', async () => {
      const { data } = await aTeamData();
      await data.set('a', Number.MAX_SAFE_INTEGER - 1);
      expect(await data.increment('a')).toBe(Number.MAX_SAFE_INTEGER);
      await expect(data.increment('a')).rejects.toMatchObject(INVALID);
      for (const by of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1' as never]) {
        await expect(data.increment('a', by)).rejects.toMatchObject(INVALID);
      }
      expect(await data.increment('a', -Number.MAX_SAFE_INTEGER)).toBe(0);
    });

    it('gives pages by cursors: each document once, while others come and go', async () => {
      const { data } = await aTeamData();
      for (let index = 0; index < 7; index++) await data.set(`user:\u{1f600}${index}`, index);
      await data.set('userx', 0);
      const first = await data.page({ prefix: 'user:', limit: 3 });
      expect(first.documents.map(({ value }) => value)).toEqual([0, 1, 2]);
      await data.delete('user:\u{1f600}3');
      await data.set('user:', 'before');
      const second = await data.page({ prefix: 'user:', limit: 3, cursor: first.nextCursor });
      expect(second.documents.map(({ value }) => value)).toEqual([4, 5, 6]);
      const last = await data.page({ prefix: 'user:', limit: 3, cursor: second.nextCursor });
      expect(last).toEqual({ documents: [], nextCursor: undefined });
      for (const cursor of ['', 'user:1', 'd1.', 'd1.%', 7 as never]) {
        await expect(data.page({ cursor })).rejects.toMatchObject(INVALID);
      }
    });

    it('lists by prefix, in the order of the keys, page by page', async () => {
      const { data, dataOf } = await aTeamData();
      for (const key of ['b', 'user:2', 'user:1', 'user:', 'userx', 'user', 'user:\u{10ffff}z'])
        await data.set(key, key);
      await dataOf('T2').set('user:3', 0);
      const keys = async (options: Parameters<typeof data.list>[0]) => (await data.list(options)).map(({ key }) => key);
      expect(await keys({ prefix: 'user:' })).toEqual(['user:', 'user:1', 'user:2', 'user:\u{10ffff}z']);
      expect(await keys({ prefix: 'user:', limit: 2 })).toEqual(['user:', 'user:1']);
      expect(await keys({ prefix: 'user:', afterKey: 'user:1', limit: 1 })).toEqual(['user:2']);
      expect(await keys({ prefix: 'user:\u{10ffff}' })).toEqual(['user:\u{10ffff}z']);
      expect(await keys({})).toEqual(['b', 'user', 'user:', 'user:1', 'user:2', 'user:\u{10ffff}z', 'userx']);
      await data.delete('b');
      expect(await data.list({ limit: 1 })).toEqual([{ key: 'user', value: 'user', version: 1 }]);
      await expect(data.list({ limit: 0 })).rejects.toMatchObject(INVALID);
      await expect(data.list({ limit: 1001 })).rejects.toMatchObject(INVALID);
    });

    it('takes keys of 1 to 200 characters', async () => {
      const { data } = await aTeamData();
      await data.set('k'.repeat(200), 1);
      for (const key of ['', 'k'.repeat(201), 'nul\0', '\ud800', 7 as never]) {
        await expect(data.set(key, 1)).rejects.toMatchObject(INVALID);
      }
    });

    it.each(['', 'T\0', 'T\ud800', 'T'.repeat(201), 7 as never])('has no documents of a team %j', async (teamId) => {
      const { dataOf } = await aTeamData();
      expect(() => dataOf(teamId)).toThrow(expect.objectContaining(INVALID));
    });

    it('gives back every text of a document as it was, also as a name', async () => {
      const { data } = await aTeamData();
      const odd = { 'a\0': ['b\0', '\ud800', '\udc00 \ud83d'], '\udfff': '\u0000' };
      await data.set('odd', odd);
      expect((await data.get('odd'))?.value).toEqual(odd);
      expect(await data.list({ prefix: 'o' })).toMatchObject([{ value: odd }]);
    });

    it('takes a prefix and a place of any text', async () => {
      const { data } = await aTeamData();
      await data.set('a', 1);
      for (const odd of ['\0', 'a\0', '\ud800', 'é'.repeat(5_000)]) {
        expect(await data.list({ prefix: odd })).toEqual([]);
        await data.list({ afterKey: odd });
      }
    });

    it('takes values of at most 256 KiB as JSON', async () => {
      const { data } = await aTeamData();
      await data.set('a', 'x'.repeat(262_144 - 2));
      await expect(data.set('a', 'x'.repeat(262_144 - 1))).rejects.toMatchObject({
        code: 'document_too_large',
        message: 'The document a is 262145 bytes as JSON; at most 262144 are allowed',
        facts: { teamId: 'T1', key: 'a', sizeBytes: 262_145, maxBytes: 262_144 },
      });
      const TOO_LARGE = { code: 'document_too_large' };
      await expect(data.set('a', 'é'.repeat(140_000))).rejects.toMatchObject(TOO_LARGE);
      await expect(data.update('b', () => 'x'.repeat(300_000))).rejects.toMatchObject(TOO_LARGE);
    });

    it.each([
      ['undefined', undefined, 'value is of type undefined'],
      ['a function', { run: () => 1 }, 'value.run is of type function'],
      ['a bigint', [1n], 'value[0] is of type bigint'],
      ['NaN', { score: [Number.NaN] }, 'value.score[0] is NaN'],
      ['a hole', Array(1), 'value[0] is of type undefined'],
      ['a date', { at: new Date(0) }, 'value.at is an instance of Date'],
      ['a map', new Map(), 'value is an instance of Map'],
      ['a symbol', { at: { [Symbol('s')]: 1 } }, 'value.at has a symbol as a name'],
    ])('refuses %s, which JSON would lose, and says where', async (_, value, message) => {
      const { data } = await aTeamData();
      await expect(data.set('a', value)).rejects.toMatchObject({
        ...INVALID,
        message: expect.stringContaining(message),
      });
    });

    it('refuses a value that contains itself', async () => {
      const { data } = await aTeamData();
      const loop: unknown[] = [];
      loop.push(loop);
      await expect(data.set('a', { loop })).rejects.toMatchObject(INVALID);
    });

    it('leaves out properties that are undefined', async () => {
      const { data } = await aTeamData();
      await data.set('a', { yes: 1, no: undefined });
      expect((await data.get('a'))?.value).toStrictEqual({ yes: 1 });
    });

    it('is gone after a purge, of that team only', async () => {
      const { store, dataOf } = await aTeamData();
      await dataOf('T1').set('a', 1);
      await dataOf('T1').set('b', 1);
      await dataOf('T1').delete('b');
      await dataOf('T2').set('a', 2);
      await purgeTeamData(store, 'T1');
      expect(await dataOf('T1').list()).toEqual([]);
      expect(await store.all('select team_id from data')).toEqual([{ team_id: 'T2' }]);
    });
  });
});
