import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorFixes } from '../errors.ts';
import { isAudited, type Operation } from './operation.ts';
import { operations } from './operations.ts';

const named = operations.map((operation): [string, Operation] => [operation.name, operation]);

it('each operation is in the list once, under what it is about and what it does', () => {
  const names = named.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+\.[a-z]+$/);
});

it('those that only read are known by name', () => {
  const reading = operations.filter(({ role }) => role === 'read').map(({ name }) => name);
  expect(reading.toSorted()).toEqual([
    'audit.export',
    'audit.list',
    'broadcast.list',
    'broadcast.show',
    'cluster.show',
    'connections.list',
    'events.groups',
    'events.list',
    'events.show',
    'history.show',
    'incident.show',
    'jobs.list',
    'limits.show',
    'replays.list',
    'status.show',
    'teams.count',
    'teams.list',
    'teams.show',
    'teams.timeline',
    'why.explain',
  ]);
});

it('what changes something says what happens next', () => {
  for (const { name, role, output } of operations) {
    const { properties } = z.toJSONSchema(output, { io: 'output' });
    expect([name, Object.hasOwn(properties ?? {}, 'next')]).toEqual([name, role === 'operate']);
  }
});

it('moments are ISO text in every answer; a number in milliseconds is how long something takes, lasts or is ago', () => {
  const numbers = operations.flatMap(({ name, output }) =>
    numbersIn(z.toJSONSchema(output, { io: 'output' }), name).filter((path) => MOMENT_OR_MS.test(path)),
  );
  expect([...new Set(numbers)].toSorted()).toEqual([
    'cluster.show nodes leaseLeftMs',
    'cluster.show nodes renewedMsAgo',
    // How many were looked at.
    'events.groups lookedAt',
    'events.list lookedAt',
    'history.show everyMs',
    'history.show points takenMs',
    'limits.show limits pauseLeftMs',
    'limits.show limits retryAfterMs',
    'status.show servers uptimeMs',
    'why.explain events runs calls afterMs',
    'why.explain events runs calls ms',
    'why.explain events runs ms',
  ]);
});

const MOMENT_OR_MS = /(?:Ms|MsAgo|[a-z]At|Since|Until| (?:ms|at|since|until))$/;

/** The paths of all numbers in a schema. */
function numbersIn(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, properties = {}, ...others } = schema as { type?: unknown; properties?: object };
  const own = [type].flat().some((one) => one === 'number' || one === 'integer') ? [path] : [];
  const named = Object.entries(properties).flatMap(([name, inner]) => numbersIn(inner, `${path} ${name}`));
  return [...own, ...named, ...Object.values(others).flatMap((inner) => numbersIn(inner, path))];
}

it('what changes something is audited, and says how it is undone or that it cannot be', () => {
  for (const operation of operations.filter(({ role }) => role === 'operate')) {
    expect([operation.name, isAudited(operation)]).toEqual([operation.name, true]);
    expect([operation.name, operation.undo]).toEqual([operation.name, expect.stringMatching(/^[^\n]{10,160}$/)]);
  }
});

it('what changes something that was there before says in the audit how it was before and after', () => {
  const without = operations.filter((operation) => operation.role === 'operate' && !('snapshot' in operation));
  expect(without.map(({ name }) => name).toSorted()).toEqual(
    [
      // What it is called with is the before and after.
      'app.move',
      // What it makes, or does at Slack, stands in its result.
      'api.call',
      'broadcast.start',
      'teams.export',
      'teams.say',
      // Of many: its result has how many.
      'events.discard',
      'events.replay',
      'keys.rotate',
      'teams.exchange',
      'teams.import',
    ].toSorted(),
  );
});

describe.each(named)('%s', (_name, { summary, input, output, progress, errors }) => {
  it('takes an object of named fields and no other, as a form, a query and a tool need it', () => {
    const schema = z.toJSONSchema(input, { io: 'input' });
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it('can be documented: a summary of one line, shapes as JSON Schema, codes with a fix', () => {
    expect(summary).toMatch(/^[^\n]{10,120}$/);
    expect(z.toJSONSchema(output, { io: 'output' })).toMatchObject({ type: 'object' });
    if (progress) expect(z.toJSONSchema(progress, { io: 'output' })).toBeDefined();
    for (const code of errors) expect(errorFixes[code]).toMatch(/\S/);
  });
});
