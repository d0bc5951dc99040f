/** The shape of an answer: which kinds of value stand at a place, and which keys. Shapes may contain themselves. */
export type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null';

export interface Shape {
  readonly kinds: Set<Kind>;
  /** Anything goes. */
  isOpen: boolean;
  keys: ReadonlyMap<string, Shape>;
  /** Of an object whose keys are ids or names. */
  values?: Shape;
  items?: Shape;
}

export function newShape(): Shape {
  return { kinds: new Set(), isOpen: false, keys: new Map() };
}

export function kindOf(value: unknown): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as Kind;
}
