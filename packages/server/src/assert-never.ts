/**
 * The end of every switch over a union: the compiler refuses it while a case is missing, and what comes all the same (an answer of
 * another version, a row that somebody wrote) is not passed over in silence.
 */

/**
 * @param what The union, in the words of a log. Of the value itself only its kind is told: the rest may hold tokens.
 * @throws TypeError always
 */
export function assertNever(value: never, what: string): never {
  throw new TypeError(`unexpected ${what}: ${wordOf(value)}`);
}

function wordOf(value: unknown): string {
  const { kind, type } = Object(value) as { kind?: unknown; type?: unknown };
  const word = kind ?? type;
  return typeof word === 'string' ? word.slice(0, 40) : typeof value;
}
