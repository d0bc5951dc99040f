/** Keeps what did not change: parts of a new answer that equal the old one are the old ones, so that nothing is drawn again for them. */

/** @returns `now`, made of as much of `before` as is the same */
export function shared<Value>(before: unknown, now: Value): Value {
  if (before === now || typeof now !== 'object' || now === null || typeof before !== 'object' || before === null)
    return now;
  if (Array.isArray(now)) return Array.isArray(before) ? (sharedList(before, now) as Value) : now;
  if (Array.isArray(before)) return now;
  const old = before as Record<string, unknown>;
  const fresh = now as Record<string, unknown>;
  const names = Object.keys(fresh);
  let isSame = names.length === Object.keys(old).length;
  const made: Record<string, unknown> = {};
  for (const name of names) {
    made[name] = shared(old[name], fresh[name]);
    if (made[name] !== old[name]) isSame = false;
  }
  return (isSame ? before : made) as Value;
}

/** Items with an id or a timestamp are compared with their like, wherever it stood: lists move by one for each message. */
function sharedList(before: readonly unknown[], now: readonly unknown[]): readonly unknown[] {
  const byKey = new Map(before.map((one, index) => [keyOf(one, index), one]));
  const made = now.map((one, index) => shared(byKey.get(keyOf(one, index)), one));
  const isSame = made.length === before.length && made.every((one, index) => one === before[index]);
  return isSame ? before : made;
}

function keyOf(value: unknown, index: number): unknown {
  const { id, ts, isEphemeral } = Object(value) as { id?: unknown; ts?: unknown; isEphemeral?: unknown };
  return id ?? (ts === undefined ? index : JSON.stringify([ts, isEphemeral]));
}
