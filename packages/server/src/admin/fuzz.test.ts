/** Whatever stands in fields, bodies, paths and headers: an answer of the document, never a 500 and never a stack. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { BotServerError } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { install } from '../operations/operations.test-kit.ts';
import { operations } from '../operations/operations.ts';
import { systemClock } from '../time/clock.ts';
import { openApi } from './admin.test-kit.ts';
import { type Route, routeOf } from './route.ts';

const RUNS = 40;

/** In characters; node:http takes 16 KiB of headers. */
const MAX_ADDRESS = 12_000;

/** Texts that break what takes them for something else. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '__proto__',
    "'; drop table team; --",
    '%',
    '*',
    '../..',
    '1e999',
    'NaN',
    '-0',
  ),
  fc.constantFrom('x'.repeat(5_000), '{"a":1}', 'null', '9007199254740993', 'T1', 'true'),
);

const anything = fc.oneof(
  nasty,
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
  fc.constantFrom(-1, 0, 1, 2 ** 53, 1e308, true, false, null, [], {}, [[]]),
);

/** Fields of the schema with values that fit or do not, and now and then one that is not in it. */
function fieldsOf({ fields, pathField }: Route): fc.Arbitrary<Record<string, unknown>> {
  const names = Object.keys(fields).filter((name) => name !== pathField);
  const known = Object.fromEntries(names.map((name) => [name, fc.oneof(likely(fields[name] ?? {}), anything)]));
  return fc
    .tuple(fc.record(known, { requiredKeys: [] }), fc.option(fc.tuple(nasty, anything), { nil: undefined, freq: 4 }))
    .map(([given, more]) => (more ? { ...given, [more[0]]: more[1] } : given));
}

function likely(schema: Route['fields'][string]): fc.Arbitrary<unknown> {
  const { enum: words, examples } = schema as { enum?: unknown[]; examples?: unknown[] };
  return fc.constantFrom(...(words ?? []), ...(examples ?? []), 1, 50, true, 'T1', ['a', 'b']);
}

/** Those that wait for a server, or at the pace that is asked for, take their time; what they take is checked before. */
const quick = operations.map((operation): Operation => {
  if (operation.needsStoppedServer) return { ...operation, needsStoppedServer: false, run: refuse };
  if (operation.name !== 'teams.exchange') return operation;
  // The second of two tokens waits for its turn; nobody moves the clock of the test.
  const run: Operation['run'] = (context, input) =>
    operation.run({ ...context, clock: systemClock }, { ...Object(input), perMinute: 6_000 });
  return { ...operation, run };
});

function refuse(): never {
  throw new BotServerError('store_locked', 'The server runs');
}

it.each(quick.map((operation) => [operation.name, operation] as const))(
  'answers %s as its document says, whatever is asked',
  { timeout: 60_000 },
  async (_name, operation) => {
    const api = await openApi('sqlite', {
      operations: [operation],
      exchange: () => Promise.resolve({ kind: 'error', code: 'invalid_token', body: {} }),
    });
    await install(api, 'T1', 'T2');
    const route = routeOf(operation);
    const path = fc.oneof(
      fc.constantFrom('T1', 'T9'),
      nasty.filter((text) => text !== '' && text.isWellFormed()).map(encodeURIComponent),
    );
    const input = fc.record({ id: path, given: fieldsOf(route), isRaw: fc.boolean(), raw: nasty });
    await fc.assert(
      fc.asyncProperty(input, async ({ id, given, isRaw, raw }) => {
        const place = route.path.replace(/\{\w+\}/, () => id);
        const query = isRaw ? encodeURI(raw.toWellFormed()).replaceAll('#', '') : queryOf(given);
        // Node itself refuses longer ones.
        fc.pre(place.length + query.length < MAX_ADDRESS);
        const answer =
          route.method === 'GET'
            ? await api.ask('GET', `${place}?${query}`)
            : await api.ask('POST', place, { body: isRaw ? raw : given });
        // checkAnswer() has compared it with the document already.
        expect([answer.status, answer.status < 500 || answer.status === 502]).toEqual([answer.status, true]);
      }),
      { numRuns: RUNS },
    );
    expect(api.logged.filter(({ level }) => level === 'error')).toEqual([]);
  },
);

function queryOf(given: Record<string, unknown>): string {
  const pairs = Object.entries(given).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, textOf(one)]),
  );
  return new URLSearchParams(pairs as [string, string][]).toString();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

it('its inputs are objects whose fields are known', () => {
  for (const { input } of operations) expect(z.toJSONSchema(input, { io: 'input' }).type).toBe('object');
});
