/** How far two words are from each other, for "did you mean". Pure. */

/** Longer ones are compared by their beginning, so that nobody's text costs much. */
const MAX_LENGTH = 40;

/**
 * Letters that were added, left out, changed, or swapped with their neighbour (Damerau–Levenshtein, each place changed once);
 * `limit + 1` for anything beyond the limit.
 */
export function distance(one: string, other: string, limit: number): number {
  const a = one.slice(0, MAX_LENGTH);
  const b = other.slice(0, MAX_LENGTH);
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let least = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (isSame ? 0 : 1),
      );
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) least = Math.min(least, (before[j - 2] as number) + 1);
      row.push(least);
    }
    // Nothing gets less from row to row.
    if (Math.min(...row) > limit) return limit + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length] as number, limit + 1);
}

/** Suggestions at most. */
const MOST = 3;

/** The names that are near to what was written, the nearest first; a short name must be nearer than a long one. */
export function near(written: readonly string[], names: Iterable<string>): string[] {
  const found: { name: string; by: number }[] = [];
  for (const name of new Set(names)) {
    const count = name.split(' ').length;
    if (written.length < count) continue;
    const limit = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
    const by = distance(written.slice(0, count).join(' '), name, limit);
    if (by <= limit && by < name.length) found.push({ name, by });
  }
  return found
    .toSorted((a, b) => a.by - b.by)
    .slice(0, MOST)
    .map(({ name }) => name);
}
