/** Traces with the real SDK: from a delivery of Slack to each call that its listeners make, also when another node hands it out. */
import { createHmac } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { context, createContextKey, propagation, type SpanContext, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { JobRunner } from '../src/jobs/job-runner.ts';
import { withPresentFacts } from '../src/observability/log-context.ts';
import { Tracing } from '../src/observability/tracing/tracing.ts';
import { TestClock } from '../src/time/test-clock.ts';
import { traceDeliveries, traceHandling, traceJob, traceOfDelivery } from '../src/wiring/trace-events.ts';
import { openCluster } from './cluster-scene.test-kit.ts';
import { act, openHttpScene, pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

const exporter = new InMemorySpanExporter();

beforeEach(() => {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
});

afterEach(() => {
  exporter.reset();
  for (const api of [trace, context, propagation]) api.disable();
});

const broken = (): never => {
  throw new Error('broken SDK');
};
const quiet = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

const fail = (error: unknown) => {
  throw error;
};

const spans = () => exporter.getFinishedSpans();
const named = (name: string) => spans().filter((span) => span.name === name);
const parentOf = ({ parentSpanContext }: ReadableSpan) => parentSpanContext?.spanId;
const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

/** The only span of that name. */
function only(name: string): ReadableSpan {
  const found = named(name);
  expect(
    found,
    spans()
      .map((span) => span.name)
      .join(),
  ).toHaveLength(1);
  return found[0] as ReadableSpan;
}

/** A message as Slack posts it, by a proxy that says of which trace it is. */
async function postMessage(url: string, team: string, { text = 'hi', headers = {}, eventId = 'Ev0TRACED01' } = {}) {
  const event = { type: 'message', channel: 'D0TRACED01', user: 'U0ANN00001', text, ts: '1700000000.000100' };
  const body = JSON.stringify({ type: 'event_callback', team_id: team, event_id: eventId, event });
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return await fetch(`${url}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...headers,
    },
    body,
  });
}

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

it('a trace goes on from the request to the listener, what it traces itself, and each call to Slack', async () => {
  const { scene, acme } = await openHttpScene({
    setUp: ({ bot }) =>
      bot.message('hi', async ({ client, say }) => {
        await trace.getTracer('bot').startActiveSpan('my work', async (span) => {
          await client.users.info({ user: 'U0NOBODY01' }).catch(() => {});
          span.end();
        });
        await say('hello').catch(() => {});
      }),
  });
  exporter.reset();
  const headers = { traceparent: `00-${TRACE_ID}-${CALLER}-01`, tracestate: 'vendor=1' };
  expect((await scene.during(postMessage(scene.url, acme.id, { headers }))).status).toBe(200);
  await scene.pass(2_000);
  const event = only('slack event message');
  const work = only('my work');
  const info = only('slack call users.info');
  expect(spans().map((span) => span.spanContext().traceId)).toEqual(spans().map(() => TRACE_ID));
  expect(event.spanContext().traceState?.get('vendor')).toBe('1');
  expect([event, work, info].map(parentOf)).toEqual([CALLER, idOf(event), idOf(work)]);
  expect(named('slack call chat.postMessage').map(parentOf)).toEqual([idOf(event)]);
  expect(event.attributes).toEqual({
    'slack.transport': 'http',
    'slack.team_id': acme.id,
    'slack.event_id': 'Ev0TRACED01',
    'slack.event_type': 'message',
    'slack.attempt': 1,
    'slack.wait_ms': expect.any(Number),
  });
  expect(info.status.code).toBe(SpanStatusCode.ERROR);
  expect(info.attributes).toEqual({ 'slack.method': 'users.info', 'slack.purpose': 'call', 'slack.result': 'error' });
});

it('an event of a trace that is not sampled is not sampled when it is handled', async () => {
  const { scene, acme } = await openHttpScene({
    setUp: ({ bot }) =>
      bot.message('hi', async ({ client, logger }) => {
        logger.warn('the bot says');
        await client.users.info({ user: 'U0NOBODY01' }).catch(() => {});
        throw new Error('broken');
      }),
  });
  exporter.reset();
  // Flags 00: whoever passed the request on samples nothing of it.
  await scene.during(postMessage(scene.url, acme.id, { headers: { traceparent: `00-${TRACE_ID}-${CALLER}-00` } }));
  await scene.pass(2_000);
  expect(spans().map(({ name }) => name)).toEqual([]);
  const lines = scene.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const ofEvent = lines.filter(({ msg }) => msg === 'the bot says' || msg === 'event failed');
  expect(ofEvent.map(({ eventId, traceId }) => [eventId, traceId])).toEqual([
    ['Ev0TRACED01', undefined],
    ['Ev0TRACED01', undefined],
  ]);
});

it('log lines that are written meanwhile say of which event, team and trace they are', async () => {
  const { scene, acme } = await openHttpScene({
    setUp: ({ bot }) =>
      bot.message('hi', async ({ logger }) => {
        logger.warn('the bot says');
        throw new Error('broken');
      }),
  });
  await scene.during(postMessage(scene.url, acme.id, { headers: { traceparent: `00-${TRACE_ID}-${CALLER}-01` } }));
  await scene.pass(1_000);
  const lines = scene.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const ofEvent = { teamId: acme.id, eventId: 'Ev0TRACED01', traceId: TRACE_ID };
  for (const msg of ['the bot says', 'event failed']) {
    expect(lines.filter((line) => line.msg === msg)).toEqual([expect.objectContaining(ofEvent)]);
  }
});

it('spans hold no text of a message, no token and no words of an error', async () => {
  const { scene, acme } = await openHttpScene({
    setUp: ({ bot, server }) =>
      bot.message(async () => {
        await (await server.client(acme.id)).auth.test();
        throw new Error('said by the bot: very private');
      }),
  });
  await scene.during(postMessage(scene.url, acme.id, { text: 'very private' }));
  await scene.pass(1_000);
  const told = JSON.stringify(
    spans().map(({ name, attributes, status, events, links }) => [name, attributes, status, events, links]),
  );
  expect(told).toContain('slack call auth.test');
  expect(told).toContain('listener_failed');
  expect(told).not.toMatch(/very private|xox/);
  expect(told).not.toContain(acme.botToken);
  expect(told).not.toContain(SIGNING_SECRET);
});

it('an event that another node received is a part of the trace of its request, and began when it came', async () => {
  const app = { kind: 'granular', signingSecret: SIGNING_SECRET, eventSubscriptions: ['message.im'] } as const;
  const { scene, a } = await openCluster(
    { teams: [{ name: 'Acme' }], app },
    { slackTransport: 'http', slackSigningSecret: SIGNING_SECRET, slackScopes: ['chat:write', 'im:history'] },
  );
  await pointAppAt(scene);
  await scene.importTeams(await scene.linesOf(['Acme']));
  const { id } = await scene.slack.team('Acme');
  await scene.pass(2_000);
  exporter.reset();
  // The request URL is at b, and a owns every shard.
  expect(scene.url).not.toBe(a.url);
  const headers = { traceparent: `00-${TRACE_ID}-${CALLER}-01`, tracestate: 'vendor="1",other=2' };
  expect((await scene.during(postMessage(scene.url, id, { headers }))).status).toBe(200);
  await vi.waitFor(async () => {
    await scene.pass(100);
    expect(named('slack event message')).toHaveLength(1);
  });
  const [event] = named('slack event message');
  expect([event?.spanContext().traceId, event && parentOf(event)]).toEqual([TRACE_ID, CALLER]);
  expect(event?.spanContext().traceState?.get('other')).toBe('2');
  expect(event?.attributes['slack.wait_ms']).toEqual(expect.any(Number));
});

it('the line about a job that failed says of which trace it was, though its span has ended', async () => {
  const { scene } = await openHttpScene({
    setUp: ({ server }) => void server.onceAndEvery('hour', () => Promise.reject(new Error('no')), { name: 'nightly' }),
  });
  await scene.pass(2_000);
  const line = scene.logLines.map((one) => JSON.parse(one)).find(({ msg }) => msg === 'job failed');
  expect(line).toMatchObject({ job: 'nightly', traceId: only('slack job nightly').spanContext().traceId });
});

it.each([
  ['ahead', 3_600_000],
  ['back', -3_600_000],
])(
  'spans last as long as what they tell of, also where the clock was set %s after the process had started',
  async (_where, byMs) => {
    const tracing = new Tracing();
    await tracing.load({ version: 'test', onFault: fail });
    const { now } = Date;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + byMs);
    const clock = { now: () => Date.now() };
    const receivedAtMs = clock.now() - 500;
    const envelope = { id: 'Ev1', teamId: 'T1', type: 'message', body: {}, orderKey: undefined, receivedAtMs };
    const handled = { envelope, attempt: 1, work: { logFacts: {} } };
    await traceHandling({ tracing, transport: 'http', clock }, handled, async () => {});
    await setImmediate();
    await traceJob(tracing, { name: 'digest', teamId: null }, async () => {});
    vi.restoreAllMocks();
    const msOf = ([seconds, nanos]: readonly [number, number]) => seconds * 1_000 + nanos / 1e6;
    const [event, job] = [only('slack event message'), only('slack job digest')];
    expect(msOf(event.startTime)).toBe(receivedAtMs);
    expect(msOf(event.duration)).toBeGreaterThanOrEqual(500);
    expect(msOf(job.duration)).toBeGreaterThan(0);
    for (const span of [event, job]) expect(msOf(span.duration)).toBeLessThan(60_000);
  },
);

it.each(['sqlite', 'postgres'] as const)(
  'a later attempt is a trace of its own that links to the one before (%s)',
  async (database) => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }], database });
    await scene.start({
      dispatcher: { maxAttempts: 3, retryMs: 1_000 },
      setUp: ({ bot }) =>
        bot.message(async ({ context: { attempt } }) => {
          if (attempt < 3) throw new Error('not yet');
        }),
    });
    const acme = await scene.join('Acme');
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    await scene.pass(10_000);
    const attempts = named('slack event message');
    expect(attempts.map(({ attributes }) => attributes['slack.attempt'])).toEqual([1, 2, 3]);
    const links = attempts.map((span) => span.links.map((link: { context: SpanContext }) => link.context.spanId));
    expect(links).toEqual([[], [idOf(attempts[0])], [idOf(attempts[1])]]);
    expect(new Set(attempts.map((span) => span.spanContext().traceId)).size).toBe(3);
    expect(attempts.map(({ status }) => status.code)).toEqual([
      SpanStatusCode.ERROR,
      SpanStatusCode.ERROR,
      SpanStatusCode.UNSET,
    ]);
  },
);

it('an attempt whose time was over is what the next one links to, though it still runs', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  const ids: (string | undefined)[] = [];
  await scene.start({
    dispatcher: { maxAttempts: 2, retryMs: 1_000, orderTimeoutMs: 1_000, handlerTimeoutMs: 2_000 },
    setUp: ({ bot }) =>
      bot.message(async ({ context: { attempt } }) => {
        ids.push(trace.getActiveSpan()?.spanContext().spanId);
        if (attempt === 1) await new Promise(() => {});
      }),
  });
  const acme = await scene.join('Acme');
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
  await scene.pass(20_000);
  const second = only('slack event message');
  expect([ids[1], second.links.map((link) => link.context.spanId)]).toEqual([idOf(second), [ids[0]]]);
});

const AT_MS = 1_796_000_000_000;

/** Runs listeners in a span of their own, without a server. */
async function handle(listeners: () => Promise<void>): Promise<void> {
  const tracing = new Tracing();
  await tracing.load({ version: 'test', onFault: fail });
  const envelope = { id: 'Ev1', teamId: 'T1', type: 'message', body: {}, orderKey: undefined, receivedAtMs: AT_MS };
  const deps = { tracing, transport: 'http', clock: { now: () => AT_MS + 700 } };
  await traceHandling(deps, { envelope, attempt: 1, work: { logFacts: {} } }, listeners);
}

it('a span that nobody asked for while the listeners ran is made right after', async () => {
  await handle(async () => {});
  expect(spans()).toEqual([]);
  await setImmediate();
  const event = only('slack event message');
  const [seconds, nanos] = event.duration;
  expect(event.startTime).toEqual([AT_MS / 1_000, 0]);
  expect(seconds * 1_000 + nanos / 1e6).toBeGreaterThanOrEqual(700);
  expect([event.attributes['slack.wait_ms'], event.status.code]).toEqual([700, SpanStatusCode.UNSET]);
});

it.each([
  ['a sampler', { sampler: { shouldSample: broken, toString: () => 'broken' } }],
  ['a processor, at the start', { spanProcessors: [{ ...quiet, onStart: broken }] }],
  ['a processor, at the end', { spanProcessors: [{ ...quiet, onEnd: broken }] }],
])('%s that throws costs spans and nothing else, and is told once', async (_what, settings) => {
  trace.disable();
  new NodeTracerProvider(settings).register();
  const onFault = vi.fn();
  const tracing = new Tracing();
  await tracing.load({ version: 'test', onFault });
  const envelope = { id: 'Ev1', teamId: 'T1', type: 'message', body: {}, orderKey: undefined, receivedAtMs: AT_MS };
  const deps = { tracing, transport: 'http', clock: { now: () => AT_MS } };
  const listeners = vi.fn(async () => {
    tracing.call('chat.postMessage', 'call')?.('ok');
    withPresentFacts({});
  });
  const quick = vi.fn(async () => {});
  for (const work of [listeners, quick])
    await traceHandling(deps, { envelope, attempt: 1, work: { logFacts: {} } }, work);
  const fails = () => Promise.reject(new Error('of the listener'));
  await expect(traceHandling(deps, { envelope, attempt: 1, work: { logFacts: {} } }, fails)).rejects.toThrow(
    'of the listener',
  );
  await traceJob(tracing, { name: 'digest', teamId: null }, quick);
  const receive = traceDeliveries(deps, { receive: () => Promise.resolve({ kind: 'unavailable' as const }) });
  for (const body of [{ type: 'event_callback', event: { type: 'message' } }, { type: 'block_actions' }])
    expect(await receive({ body })).toEqual({ kind: 'unavailable' });
  await setImmediate();
  expect([listeners, quick].map((work) => work.mock.calls.length)).toEqual([1, 2]);
  expect(onFault.mock.calls).toEqual([[new Error('broken SDK')]]);
});

it('the context of listeners can be added to and taken from, as any other', async () => {
  const key = createContextKey('of the bot');
  await handle(async () => {
    const active = context.active();
    const mine = active.setValue(key, 'x');
    expect([mine.getValue(key), active.getValue(key)]).toEqual(['x', undefined]);
    expect(trace.getSpan(mine)).toBe(trace.getActiveSpan());
    expect(trace.getSpan(trace.deleteSpan(active))).toBeUndefined();
    expect(propagation.getBaggage(active)).toBeUndefined();
  });
  expect(named('slack event message')).toHaveLength(1);
});

it('an event that cannot be taken has a span that says so', async () => {
  const tracing = new Tracing();
  await tracing.load({ version: 'test', onFault: fail });
  const body = { type: 'event_callback', team_id: 'T1', event_id: 'Ev1', event: { type: 'message' } };
  const receiver = { receive: () => Promise.resolve({ kind: 'unavailable' as const }) };
  const receive = traceDeliveries({ tracing, transport: 'http', clock: new TestClock(0) }, receiver);
  expect(await receive({ body, retryNum: 2 })).toEqual({ kind: 'unavailable' });
  const refused = only('slack receive event');
  expect(refused.status.code).toBe(SpanStatusCode.ERROR);
  expect(refused.attributes).toEqual({
    'slack.transport': 'http',
    'slack.team_id': 'T1',
    'slack.event_id': 'Ev1',
    'slack.retry_num': 2,
  });
});

it('whoever waits for an answer hears that there is none, and nobody else', async () => {
  const tracing = new Tracing();
  await tracing.load({ version: 'test', onFault: fail });
  const receiver = { receive: () => Promise.reject(new Error('a fault of ours')) };
  const receive = traceDeliveries({ tracing, transport: 'http', clock: new TestClock(0) }, receiver);
  const body = { type: 'event_callback', team_id: 'T1', event_id: 'Ev1', event: { type: 'message' } };
  await expect(receive({ body })).rejects.toThrow('a fault of ours');
  // Vitest fails for a rejection that nobody took.
  await setImmediate();
});

it('a command that acknowledges first has a span until its listener is done, and says how that ended', async () => {
  const { scene, acme } = await openHttpScene({
    setUp: ({ bot }) =>
      bot.command('/stan', async ({ ack, client, logger }) => {
        await ack();
        logger.warn('the bot says');
        await scene.clock.sleep(1_500);
        await client.users.info({ user: 'U0NOBODY01' }).catch(() => {});
        throw new TypeError('broken');
      }),
  });
  exporter.reset();
  expect(await act(scene, { kind: 'slash', team: 'Acme', channel: 'general', command: '/stan' })).toMatchObject({
    acked: true,
  });
  expect(named('slack receive interaction')).toEqual([]);
  await scene.pass(3_000);
  const command = only('slack receive interaction');
  expect(command.status).toEqual({ code: SpanStatusCode.ERROR, message: 'listener_failed' });
  expect(parentOf(only('slack call users.info'))).toBe(idOf(command));
  const said = scene.logLines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'the bot says');
  expect(said).toMatchObject({ teamId: acme.id, traceId: command.spanContext().traceId });
});

it('a header that is no trace is not kept', async () => {
  const tracing = new Tracing();
  await tracing.load({ version: 'test', onFault: fail });
  const traceparent = `00-${'f'.repeat(5_000)}`;
  expect(traceOfDelivery(tracing, { body: {}, traceparent })).toBeUndefined();
  expect(traceOfDelivery(new Tracing(), { body: {}, traceparent: `00-${TRACE_ID}-${CALLER}-01` })).toBeUndefined();
});

it('what nobody signed begins no span', async () => {
  const { scene } = await openHttpScene({});
  exporter.reset();
  await fetch(`${scene.url}/slack/events`, { method: 'POST', body: '{}', headers: { traceparent: 'x' } });
  expect(spans()).toEqual([]);
});

it('a job is a trace of its own with its calls below, and a failure names the code alone', async () => {
  const tracing = new Tracing();
  await tracing.load({ version: 'test', onFault: fail });
  const runner = new JobRunner({
    clock: new TestClock(0),
    report: () => {},
    trace: (run, work) => traceJob(tracing, run, work),
  });
  const run = { teamId: 'T1', timeoutMs: 1_000 };
  const work = () => tracing.call('chat.postMessage', 'client')?.('ok');
  await trace.getTracer('bot').startActiveSpan('whoever asked for it', async (span) => {
    expect(await runner.run({ ...run, name: 'digest', work })).toEqual({ kind: 'done' });
    span.end();
  });
  const fails = () => Promise.reject(new Error('xoxb-test-secret is gone'));
  expect(await runner.run({ ...run, name: 'nightly', teamId: null, work: fails })).toMatchObject({ kind: 'failed' });
  const [job, call, failed] = [
    only('slack job digest'),
    only('slack call chat.postMessage'),
    only('slack job nightly'),
  ];
  expect([parentOf(job), parentOf(call)]).toEqual([undefined, idOf(job)]);
  expect(job.attributes).toEqual({ 'slack.job': 'digest', 'slack.team_id': 'T1' });
  expect(failed.status).toEqual({ code: SpanStatusCode.ERROR, message: 'Error' });
  expect(failed.attributes).toEqual({ 'slack.job': 'nightly' });
});
