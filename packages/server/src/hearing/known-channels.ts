/** Channels of teams, so many and no more: those longest known are forgotten first. */

/** A team that is forgotten is only asked about again; together these are some tens of megabytes at the very most. */
const MAX_TEAMS = 10_000;
const MAX_CHANNELS_PER_TEAM = 50;

/** A bounded set of channels by team. */
export class KnownChannels {
  readonly #byTeam = new Map<string, Set<string>>();

  has(team: string, channel: string): boolean {
    return this.#byTeam.get(team)?.has(channel) ?? false;
  }

  add(team: string, channel: string): void {
    const channels = this.#byTeam.get(team) ?? new Set();
    if (channels.has(channel)) return;
    channels.add(channel);
    this.#byTeam.set(team, channels);
    dropOldest(channels, MAX_CHANNELS_PER_TEAM);
    dropOldest(this.#byTeam, MAX_TEAMS);
  }

  delete(team: string, channel: string): void {
    this.#byTeam.get(team)?.delete(channel);
  }
}

/** Keeps the newest `limit` of what remembers its order. */
export function dropOldest(kept: Set<string> | Map<string, unknown>, limit: number): void {
  const [oldest] = kept.keys();
  if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
}
