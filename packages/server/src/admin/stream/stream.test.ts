/** The stream as a client reads it: what it is told, where it goes on, and when it ends. */
import { getEventListeners, once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { beginAudit, endAudit } from '../../operations/audit/audit-repository.ts';
import { isoTime } from '../../operations/fields.ts';
import { install, installOrganization, NOW_MS } from '../../operations/operations.test-kit.ts';
import { listTeams } from '../../operations/teams/list-teams.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { TestClock } from '../../time/test-clock.ts';
import { type Api, expectProblem, OPERATE_TOKEN, openApi, READ_TOKEN } from '../admin.test-kit.ts';
import { answerStream } from './answer-stream.ts';
import { AuditFeed } from './audit-feed.ts';
import { streamEvents } from './stream-events.ts';
import { teamData } from './stream-feed.ts';
import { StreamHub } from './stream-hub.ts';

interface Told {
  id: string;
  event: string;
  data: unknown;
}

/** A client that reads. */
class Reader {
  text = '';
  readonly #response: IncomingMessage;
  readonly ended: Promise<unknown>;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    // Cut is an end as well.
    this.ended = new Promise((resolve) => response.on('error', () => {}).on('close', () => resolve(undefined)));
  }

  static async open(api: Api, headers: Record<string, string> = {}): Promise<Reader> {
    const sent = request(`${api.address}/api/stream`, {
      agent: false,
      headers: { authorization: `Bearer ${READ_TOKEN}`, ...headers },
    });
    sent.on('error', () => {}).end();
    onTestFinished(() => void sent.destroy());
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/event-stream']);
    return new Reader(response);
  }

  /** What it was told; each is what the document says of it. */
  get told(): Told[] {
    return [...this.text.matchAll(/^id: (.*)\nevent: (.*)\ndata: (.*)\n$/gm)].map(
      ([, id = '', event = '', data = '']) => {
        const schema = streamEvents[event as keyof typeof streamEvents];
        const parsed: unknown = JSON.parse(data);
        expect(schema.parse(parsed)).toEqual(parsed);
        return { id, event, data: parsed };
      },
    );
  }

  async until(count: number): Promise<Told[]> {
    await expect.poll(() => this.told.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(count);
    return this.told;
  }

  stop(): void {
    this.#response.destroy();
  }
}

const incident = (api: Api, isOn: boolean) => api.hub.publish('incident', () => ({ node: api.hub.nodeId, isOn }));

it('says which process tells, and then each event as it comes', async () => {
  const api = await openApi('sqlite');
  const reader = await Reader.open(api);
  incident(api, true);
  expect(await reader.until(2)).toEqual([
    { id: '0:0:test-node', event: 'hello', data: { node: 'test-node' } },
    { id: '0:1:test-node', event: 'incident', data: { node: 'test-node', isOn: true } },
  ]);
  expect(reader.text).toMatch(/^retry: 2000\n\n/);
});

it('goes on behind Last-Event-ID, with what came while nobody was connected', async () => {
  const api = await openApi('sqlite');
  for (const isOn of [true, false, true]) incident(api, isOn);
  const reader = await Reader.open(api, { 'last-event-id': '0:1:test-node' });
  expect((await reader.until(2)).map(({ id }) => id)).toEqual(['0:2:test-node', '0:3:test-node']);
  const upToDate = await Reader.open(api, { 'last-event-id': '0:3:test-node' });
  incident(api, false);
  expect((await upToDate.until(1)).map(({ id }) => id)).toEqual(['0:4:test-node']);
});

it.each(['0:1:test-node', '9:1:test-node', '9:1:other', 'nonsense', '0:99:test-node'])(
  'says reset when what came after %s is not known',
  async (id) => {
    const api = await openApi('sqlite');
    for (let i = 0; i < 12; i++) incident(api, true);
    const reader = await Reader.open(api, { 'last-event-id': id });
    expect(await reader.until(1)).toMatchObject([{ id: '0:12:test-node', event: 'reset' }]);
    incident(api, false);
    expect((await reader.until(2))[1]).toMatchObject({ event: 'incident' });
  },
);

describe.each(engines)('on %s', (engine) => {
  it('a client that comes from another process is told the rows that changed since, and what cannot be told', async () => {
    const api = await openApi(engine);
    await install(api, 'T1', 'T2', 'T3');
    const views = await api.storage.installations.changedSince(0, 10);
    const [first] = views.map(({ installation }) => installation.changedSeq);
    for (const { installation } of views) api.hub.seen(installation.changedSeq);
    const reader = await Reader.open(api, { 'last-event-id': `${first}:7:other-node` });
    const told = await reader.until(3);
    expect(told.map(({ event }) => event)).toEqual(['team', 'team', 'reset']);
    // Whose connection breaks among the rows is told all of them again.
    expect(told.map(({ id }) => id)).toEqual([`${first}:7:other-node`, `${first}:7:other-node`, api.hub.position]);
    expect(told[0]?.data).toEqual(JSON.parse(JSON.stringify(views[1] && teamData(views[1]))));
    await install(api, 'T4', 'T5');
    const tooFar = await Reader.open(api, { 'last-event-id': '0:7:other-node' });
    expect((await tooFar.until(1)).map(({ event }) => event)).toEqual(['reset']);
  });

  it('a team that lost access is told with since when it has none, as lists tell it', async () => {
    const api = await openApi(engine);
    await installOrganization(api, 'E1', 'T1');
    await api.clock.advance(60_000);
    await api.storage.installations.changeAccess('E1', { access: 'revoked', teamIds: ['T1'], by: 'test' });
    const view = (await api.storage.installations.find('E1')) ?? expect.fail('still there');
    const { teams } = await api.run(listTeams, { query: 'access:revoked' });
    expect(teams).toMatchObject([{ teamId: 'T1', status: 'no access', since: isoTime(NOW_MS + 60_000) }]);
    expect(teamData(view).teams.filter(({ teamId }) => teamId === 'T1')).toEqual(teams);
  });
});

describe('it ends', () => {
  it('when the server stops', async () => {
    const api = await openApi('sqlite');
    const reader = await Reader.open(api);
    await api.stop();
    await reader.ended;
    expect(api.hub.followers).toBe(0);
  });

  it('when the client goes', async () => {
    const api = await openApi('sqlite');
    const reader = await Reader.open(api);
    expect(api.hub.followers).toBe(1);
    reader.stop();
    await expect.poll(() => api.hub.followers).toBe(0);
  });

  it('when its login ends', async () => {
    const api = await openApi('sqlite');
    const login = await api.ask('POST', '/api/session', { token: null, body: { token: OPERATE_TOKEN } });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const reader = await Reader.open(api, { authorization: '', cookie });
    await api.clock.advance(12 * 3_600_000);
    await reader.ended;
  });

  it('for a client that does not read, once a mebibyte waits for it', async () => {
    const api = await openApi('sqlite');
    const reader = await Reader.open(api);
    await reader.until(1);
    const long = 'x'.repeat(100_000);
    const send = () =>
      api.hub.publish('error', () => ({ node: 'test-node', teamId: null, where: long, code: 'x', message: '' }));
    // All at once: nothing of it has been taken yet.
    for (let i = 0; i < 20; i++) send();
    expect(api.hub.followers).toBe(0);
    await reader.ended;
  });
});

it('what happens while a client is told what it missed comes behind that, once', async () => {
  const hub = new StreamHub({ nodeId: () => 'here' });
  hub.seen(5);
  const { promise: rows, resolve } = Promise.withResolvers<(() => unknown)[]>();
  const request = new Request('http://api/api/stream', { headers: { 'last-event-id': '1:7:other' } });
  const stopping = new AbortController();
  const clock = new TestClock();
  const deps = { hub, changedSince: () => rows, toJson: (value: unknown) => JSON.stringify(value), clock };
  const answered = answerStream(
    { request, role: 'read' as const, stopping: stopping.signal, endsAtMs: undefined },
    deps,
  );
  hub.publish('purged', () => ({ installation: 'T9' }));
  resolve([() => ({ installation: 'T1', teams: [] })]);
  const response = await answered;
  stopping.abort();
  const names = [...(await response.text()).matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
  expect(names).toEqual(['team', 'reset', 'purged']);
});

it('one that could not be told what it missed takes no place', async () => {
  const api = await openApi('sqlite');
  api.hub.seen(5);
  await api.storage.store.run('alter table installation rename to elsewhere');
  expect((await api.ask('GET', '/api/stream', { headers: { 'last-event-id': '1:7:other-node' } })).status).toBe(503);
  expect(api.hub.followers).toBe(0);
});

it('what a client missed is told whole, also when it is more than it may be behind', async () => {
  const api = await openApi('sqlite');
  const lines = Array.from({ length: 20 }, (_, index) => `${index} ${'x'.repeat(120_000)}`);
  for (const where of lines)
    api.hub.publish('error', () => ({ node: 'test-node', teamId: null, where, code: 'x', message: '' }));
  const missed = lines.slice(-10);
  const reader = await Reader.open(api, { 'last-event-id': '0:10:test-node' });
  expect((await reader.until(10)).map(({ data }) => (data as { where: string }).where)).toEqual(missed);
});

it('leaves nothing at the server’s own signal when it has ended', async () => {
  const api = await openApi('sqlite');
  for (let i = 0; i < 3; i++) {
    const reader = await Reader.open(api);
    expect(getEventListeners(api.stopping, 'abort').length).toBeGreaterThan(0);
    reader.stop();
    await expect.poll(() => api.hub.followers).toBe(0);
  }
  expect(getEventListeners(api.stopping, 'abort')).toHaveLength(0);
});

it('is kept alive by comments', async () => {
  const api = await openApi('sqlite');
  const reader = await Reader.open(api);
  await reader.until(1);
  await api.clock.advance(15_000);
  await api.clock.advance(15_000);
  await expect.poll(() => reader.text.match(/^: $/gm)?.length).toBe(2);
});

it('has a limit of clients, of which the last quarter is for who may operate', async () => {
  const api = await openApi('sqlite');
  await Promise.all(Array.from({ length: 48 }, () => Reader.open(api)));
  expectProblem(await api.ask('GET', '/api/stream', { token: READ_TOKEN }), 429, 'too_many_streams');
  const operator = { authorization: `Bearer ${OPERATE_TOKEN}` };
  await Promise.all(Array.from({ length: 16 }, () => Reader.open(api, operator)));
  expectProblem(await api.ask('GET', '/api/stream', { token: OPERATE_TOKEN }), 429, 'too_many_streams');
});

it('HEAD opens none', async () => {
  const api = await openApi('sqlite');
  expect((await api.ask('HEAD', '/api/stream')).status).toBe(200);
  await expect.poll(() => api.hub.followers).toBe(0);
});

describe.each(engines)('the audit on %s', (engine) => {
  it('is told as rows begin and end, whoever wrote them, also to who comes back', async () => {
    const api = await openApi(engine);
    const { store, reads } = api.storage;
    const begun = { atMs: 1, who: 'cli:ann', from: 'laptop', teamId: 'T1', inputJson: '{}', beforeJson: null };
    const done = { endedAtMs: 2, outcome: 'done', errorCode: null, afterJson: null, resultJson: null } as const;
    await beginAudit(store, { ...begun, operation: 'teams.purge' });
    const feed = new AuditFeed({ hub: api.hub, reads, clock: api.clock });
    onTestFinished(() => feed.stop());
    feed.start();
    const reader = await Reader.open(api);
    await expect.poll(() => api.clock.pendingTimers).toBeGreaterThan(0);
    const seq = await beginAudit(store, { ...begun, operation: 'teams.deactivate' });
    await api.clock.advance(1_000);
    const [, first] = await reader.until(2);
    expect(first).toMatchObject({ event: 'audit', data: { seq, operation: 'teams.deactivate', outcome: 'begun' } });
    reader.stop();
    await endAudit(store, seq, done);
    for (let n = 0; n < 5; n++) await beginAudit(store, { ...begun, operation: 'teams.restart' });
    await api.clock.advance(1_000);
    await expect.poll(() => api.hub.position).toContain(':7:');
    const back = await Reader.open(api, { 'last-event-id': first?.id ?? '' });
    const told = await back.until(6);
    expect(told[0]).toMatchObject({ event: 'audit', data: { seq, outcome: 'done' } });
    expect(told.slice(1).map(({ data }) => (data as { operation: string }).operation)).toEqual(
      Array.from({ length: 5 }, () => 'teams.restart'),
    );
    await api.clock.advance(3_000);
    expect(back.told).toHaveLength(6);
  });
});
