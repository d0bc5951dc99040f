/** JSON that may be none: Slack's, a socket's, or that of a row that something else has written. Nothing here throws. */

/** What a text of JSON says; undefined of what is none. */
export function readJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object in a text of JSON; undefined of anything else. */
export function readObject(text: unknown): Record<string, unknown> | undefined {
  const value = readJson(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

/** The list in a text of JSON; undefined of anything else. */
export function readList(text: unknown): unknown[] | undefined {
  const value = readJson(text);
  return Array.isArray(value) ? value : undefined;
}
