/** Finds the route of a request. Where a word and an id would both fit, the word wins. */
import { BotServerError } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { type Route, routeOf } from './route.ts';

/** What a path leads to. */
export interface Found {
  /** By method. */
  readonly routes: ReadonlyMap<string, Route>;
  /** What stands in the path in place of its field. */
  pathValue: string | undefined;
}

/** All routes of the API. */
export interface Routes {
  readonly all: readonly Route[];
  /** Undefined: nothing is there. @throws BotServerError `invalid_input` for an id that cannot be decoded */
  find(pathname: string): Found | undefined;
}

/** Builds the routes of operations. Two of them must not have the same place; a test sees to that. */
export function createRoutes(operations: readonly Operation[]): Routes {
  const all = operations.map(routeOf);
  const byShape = new Map<string, Map<string, Route>>();
  for (const route of all) {
    const shape = shapeOf(route.path);
    const there = byShape.get(shape) ?? new Map<string, Route>();
    byShape.set(shape, there.set(route.method, route));
  }
  return {
    all,
    find(pathname) {
      const parts = pathname.split('/');
      const words = byShape.get(pathname);
      if (words) return { routes: words, pathValue: undefined };
      // `/api/teams/T1/restart`: the id is the fourth part, behind the group.
      const id = parts[ID_PLACE];
      if (!id) return undefined;
      const routes = byShape.get(parts.with(ID_PLACE, '*').join('/'));
      return routes && { routes, pathValue: decoded(id) };
    },
  };
}

/** `/api/teams/T1` splits into '', 'api', 'teams' and 'T1'. */
const ID_PLACE = 3;

function shapeOf(path: string): string {
  return path.replace(/\{\w+\}/, '*');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new BotServerError('invalid_input', 'the id in the path must be percent-encoded UTF-8');
  }
}
