/** Where in the interval of a job a team's turn is: always the same for a team, evenly spread over many. */
/** The last time at or before `nowMs` at which the team's turn came. Its next one is `intervalMs` later. */
export function lastTurn({
  name,
  teamId,
  intervalMs,
  nowMs,
}: {
  name: string;
  teamId: string;
  intervalMs: number;
  nowMs: number;
}): number {
  // With the name in it a team does not have all its jobs at one moment.
  const offsetMs = Math.floor((hashOf(`${name}\n${teamId}`) / 2 ** 32) * intervalMs);
  return Math.floor((nowMs - offsetMs) / intervalMs) * intervalMs + offsetMs;
}

/** FNV-1a, then the finish of MurmurHash3: ids that differ in one letter lie far apart, and 100,000 take no time. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
