/** What is said to whom one would like to play against. */

const TAUNTS = [
  '{whom}, {by} has already cleared a place on the shelf for the trophy.',
  '{by} wonders whether {whom} holds the racket by the right end.',
  '{whom}, your rating called. It would like to see {by} less often.',
  '{by} offers to play {whom} with the other hand.',
  '{whom}, the table is free. Or is it the courage that is booked?',
] as const;

/** Another one with each millisecond, and the same one for a message that comes again. */
export function tauntOf({ by, whom, atMs }: { by: string; whom: string; atMs: number }): string {
  const text = TAUNTS[atMs % TAUNTS.length] ?? TAUNTS[0];
  return text.replace('{whom}', whom).replace('{by}', by);
}
