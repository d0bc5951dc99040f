/** Values of options, as a person typed them. Pure. */
import { type StoreName, storeNames } from './databases/databases.ts';

/** A word that cannot be understood; the message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Bounds {
  fallback: number;
  /** @defaultValue 1 */
  min?: number;
  max: number;
}

/** @throws UsageError */
export function wholeNumber(name: string, text: string | undefined, { fallback, min = 1, max }: Bounds): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`);
}

/** @throws UsageError */
export function storesOf(name: string): readonly StoreName[] {
  if (name === 'both') return storeNames;
  const found = storeNames.filter((store) => store === name);
  if (found.length > 0) return found;
  throw new UsageError(`--store must be sqlite, postgres or both, not ${JSON.stringify(name)}`);
}

/** Names with commas between them. @throws UsageError */
export function listOf<Name extends string>(option: string, names: string, known: readonly Name[]): readonly Name[] {
  return names.split(',').map((name) => {
    const found = known.find((one) => one === name.trim());
    if (found !== undefined) return found;
    throw new UsageError(`${option} must name ${known.join(', ')}, with commas; not ${JSON.stringify(name)}`);
  });
}
