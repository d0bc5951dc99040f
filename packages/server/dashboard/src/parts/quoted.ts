/** A value as a shell takes it for one word. */
export function quoted(value: string): string {
  return /^[\w:.-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
