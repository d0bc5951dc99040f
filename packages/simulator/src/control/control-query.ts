/** What stands behind the question mark of a request to `/_sim`. */

/** By name; what is undefined is left out. */
export type ControlQuery = Readonly<Record<string, string | number | undefined>>;

export function withQuery(path: string, query: ControlQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
