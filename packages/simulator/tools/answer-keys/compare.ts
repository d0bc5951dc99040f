/** Compares answers with the shape that they should have: keys that none of them has, and values of another kind. */
import { kindOf, type Shape } from './shape.ts';

/** What was found at places of one method's answers, such as `messages[].edited.user`. */
export interface Findings {
  /** Of objects that were there. A key below an absent key is not counted again. */
  readonly missing: ReadonlySet<string>;
  readonly present: ReadonlySet<string>;
  /** By place: which kind stands there, and which the shape has. */
  readonly wrong: ReadonlyMap<string, string>;
  /** Keys that the shape does not know. */
  readonly unknown: ReadonlySet<string>;
}

/** @param isSkipped Whether nothing is compared at a place and below. */
export function compareAnswers(
  answers: readonly unknown[],
  shape: Shape,
  isSkipped: (place: string) => boolean = () => false,
): Findings {
  const found = { present: new Set<string>(), wrong: new Map<string, string>(), unknown: new Set<string>() };
  const expected = new Set<string>();
  const visit = (value: unknown, at: Shape, place: string): void => {
    const kind = kindOf(value);
    if (at.isOpen || isSkipped(place)) return;
    if (!at.kinds.has(kind)) {
      found.wrong.set(place, `${kind} in place of ${[...at.kinds].join(' or ') || 'nothing'}`);
      return;
    }
    if (kind === 'array' && at.items) for (const item of value as unknown[]) visit(item, at.items, `${place}[]`);
    if (kind !== 'object') return;
    const prefix = place === '' ? '' : `${place}.`;
    for (const key of at.keys.keys()) expected.add(prefix + key);
    for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
      const known = at.keys.get(key);
      if (known) found.present.add(prefix + key);
      const next = known ?? at.values;
      if (next) visit(inner, next, prefix + (known ? key : '*'));
      else found.unknown.add(prefix + key);
    }
  };
  for (const answer of answers) visit(answer, shape, '');
  return { ...found, missing: new Set([...expected].filter((key) => !found.present.has(key))) };
}
