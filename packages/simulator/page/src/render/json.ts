/** What apps send: JSON of which nothing is certain. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isJson(value) && typeof value.text === 'string' ? value.text : '';
}

/** The first of the values that is a text, a number or a switch, as text; of anything else nothing is shown. */
export function wordOf(...values: readonly unknown[]): string {
  const found = values.find((value) => ['string', 'number', 'boolean'].includes(typeof value));
  return found === undefined ? '' : String(found as string | number | boolean);
}
