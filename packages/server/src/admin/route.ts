/**
 * Where an operation is found below /api. One rule makes it of the operation's name and input, so that a new operation has its route by
 * itself: `teams.list` is GET /api/teams, `teams.show` GET /api/teams/{teamId}, `teams.deactivate` POST /api/teams/{teamId}/deactivate,
 * `events.replay` POST /api/events/replay.
 */
import { z } from 'zod';
import type { Operation } from '../operations/operation.ts';

/** JSON Schema (2020-12), as zod writes it. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** An operation behind its path. */
export interface Route {
  operation: Operation;
  /** What is asked is read from the query, what is done from a body. */
  method: 'GET' | 'POST';
  /** For example `/api/teams/{teamId}/deactivate`. */
  path: string;
  /** The field of the input that stands in the path. */
  pathField: string | undefined;
  /** The fields of the input with their schemas. */
  fields: Readonly<Record<string, JsonSchema>>;
  /** Names of those that must be given. */
  required: readonly string[];
}

/** Operations are constants, and their schemas take milliseconds to write down: the servers of a test suite share them. */
const known = new WeakMap<Operation, Route>();

/** The route of an operation. */
export function routeOf(operation: Operation): Route {
  const route = known.get(operation) ?? build(operation);
  known.set(operation, route);
  return route;
}

function build(operation: Operation): Route {
  const { properties = {}, required = [] } = z.toJSONSchema(operation.input, { io: 'input' });
  const fields = properties as Record<string, JsonSchema>;
  const path = `/api/${operation.path ?? pathOf(operation, required)}`;
  const pathField = /\{(\w+)\}/.exec(path)?.[1];
  return { operation, method: operation.role === 'read' ? 'GET' : 'POST', path, pathField, fields, required };
}

function pathOf({ name, role }: Operation, required: readonly string[]): string {
  const [group = name, word] = name.split('.');
  const one = group.replace(/s$/, '');
  const field = required.find((it) => it === `${one}Id` || it === one);
  // Of a path that only shows what it names, no word is needed.
  const isPlain = word === undefined || (role === 'read' && (word === 'list' || word === 'show'));
  return [group, ...(field ? [`{${field}}`] : []), ...(isPlain ? [] : [word])].join('/');
}
