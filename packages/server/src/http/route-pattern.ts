/** Methods and paths of the bot's own routes: `POST /billing/:plan`, `GET /pictures/*`. Pure. */
import { BotServerError } from '../errors.ts';

export const ROUTE_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type RouteMethod = (typeof ROUTE_METHODS)[number];

type Segment = { kind: 'word'; word: string } | { kind: 'param'; name: string } | { kind: 'rest' };

export interface RoutePattern {
  method: RouteMethod;
  segments: readonly Segment[];
}

/** First parts of paths that are the server's own, whatever of them is switched on now. */
const OWN: ReadonlySet<string> = new Set(['', 'slack', 'healthz', 'readyz', 'api', 'metrics', 'admin']);

/** @throws BotServerError `usage` */
export function parseRoute(route: string): RoutePattern {
  const [, method = '', path = ''] = /^([A-Z]+) (\/\S*)$/.exec(route) ?? [];
  if (!isMethod(method)) {
    throw wrong(
      route,
      `must be a method (${ROUTE_METHODS.join(', ')}), a space and a path, for example 'POST /billing'`,
    );
  }
  const parts = path.slice(1).split('/');
  const segments = parts.map((part, index) => segmentOf(part, { route, isLast: index === parts.length - 1 }));
  const [first] = segments;
  if (first?.kind !== 'word')
    throw wrong(route, 'must begin with a fixed word, so that it never hides a page of the server');
  if (OWN.has(first.word)) {
    const own = Array.from(OWN, (word) => `/${word}`).join(' ');
    throw wrong(route, `begins like the server's own paths (${own}), which it may not hide`);
  }
  return { method, segments };
}

/** The parameters when the path fits; undefined when it does not. @throws URIError for a part that is no UTF-8 */
export function matchPath({ segments }: RoutePattern, path: string): Record<string, string> | undefined {
  const parts = path.slice(1).split('/');
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'rest' && parts.length <= index) return undefined;
    if (segment.kind === 'rest') return { ...params, '*': parts.slice(index).map(decodeURIComponent).join('/') };
    const part = parts[index];
    if (part === undefined || (segment.kind === 'param' && part === '')) return undefined;
    if (segment.kind === 'word' && part !== segment.word) return undefined;
    if (segment.kind === 'param') params[segment.name] = decodeURIComponent(part);
  }
  return parts.length === segments.length ? params : undefined;
}

/** Where two fit, the one that is more exact at the first difference is meant: a word, then a parameter, then the rest. */
export function compareExactness(a: RoutePattern, b: RoutePattern): number {
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    const difference = RANK[segment.kind] - (other ? RANK[other.kind] : RANK.rest + 1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether both mean the same requests. */
export function isSameRoute(a: RoutePattern, b: RoutePattern): boolean {
  const shape = ({ method, segments }: RoutePattern) =>
    [method, ...segments.map((segment) => (segment.kind === 'word' ? segment.word : `:${segment.kind}`))].join(' /');
  return shape(a) === shape(b);
}

const RANK = { word: 0, param: 1, rest: 2 } as const;

function segmentOf(part: string, { route, isLast }: { route: string; isLast: boolean }): Segment {
  if (part === '*') {
    if (isLast) return { kind: 'rest' };
    throw wrong(route, 'has a * that is not its last part');
  }
  if (part.startsWith(':')) {
    const name = part.slice(1);
    if (/^[A-Za-z]\w*$/.test(name)) return { kind: 'param', name };
    throw wrong(
      route,
      `has the parameter ${part}, whose name must begin with a letter and have letters, digits and _ only`,
    );
  }
  // As it stands in a request: anything else would never fit, or fit by chance.
  if (/^[\w.~!$&'()+,;=@-]*$/.test(part)) return { kind: 'word', word: part };
  throw wrong(route, `has the part ${JSON.stringify(part)}: only letters, digits and -._~!$&'()+,;=@ are allowed`);
}

function isMethod(method: string): method is RouteMethod {
  return (ROUTE_METHODS as readonly string[]).includes(method);
}

function wrong(route: unknown, what: string): BotServerError {
  const fix = "Name it like 'POST /billing', 'GET /pictures/:id' or 'GET /files/*'.";
  return new BotServerError('usage', `The route ${JSON.stringify(String(route).slice(0, 200))} ${what}`, { fix });
}
