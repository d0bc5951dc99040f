/** The people in the teams: they write to the bot at a steady pace, and now and then somebody removes it from a team. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatorControl } from 'slack-simulator';
import type { Team } from '../processes/messages.ts';
import type { ChaosTransport } from './evidence.ts';
import { messageText } from './lines.ts';

export interface PeopleOptions {
  transport: ChaosTransport;
  teams: readonly Team[];
  /** Teams that lose the bot, one after the other; they are in nobody's way otherwise. */
  victims: readonly Team[];
  messagesPerSecond: number;
  random: () => number;
  signal: AbortSignal;
}

/** Fewer than the breaker's five within two minutes, so that removals are no incident (design, section 3). */
const REMOVED_EVERY_MS = 31_000;
const FIRST_REMOVED_MS = 1_000;
const TICK_MS = 50;

export class People {
  readonly #control: SimulatorControl;
  readonly #options: PeopleOptions;
  #number = 0;

  constructor(control: SimulatorControl, options: PeopleOptions) {
    this.#control = control;
    this.#options = options;
  }

  /** Until the signal. */
  async live(): Promise<void> {
    await Promise.all([this.#write(), this.#remove()]);
  }

  async #write(): Promise<void> {
    const { messagesPerSecond, teams, random, signal } = this.#options;
    const beganAtMs = performance.now();
    const underWay = new Set<Promise<void>>();
    let sent = 0;
    while (!signal.aborted) {
      const due = Math.floor(((performance.now() - beganAtMs) / 1_000) * messagesPerSecond);
      for (; sent < due; sent++) {
        const team = teams[Math.floor(random() * teams.length)];
        if (!team) continue;
        // On a busy machine the simulator may not be reached in time: what was said is in its log, what was not is not asked for.
        const saying = this.#say(team)
          .catch(() => {})
          .finally(() => underWay.delete(saying));
        underWay.add(saying);
      }
      await sleep(TICK_MS, undefined, { signal }).catch(() => {});
    }
    await Promise.all(underWay);
  }

  async #say({ teamId, botUserId }: Team): Promise<void> {
    const bot = this.#options.transport === 'rtm' ? undefined : botUserId;
    await this.#control.say({ team: teamId, channel: 'general', text: messageText(++this.#number, bot) });
  }

  /** The server learns of it by an event, or by the end of the socket. */
  async #remove(): Promise<void> {
    const { transport, victims, signal } = this.#options;
    for (const [index, victim] of victims.entries()) {
      const wait = index === 0 ? FIRST_REMOVED_MS : REMOVED_EVERY_MS;
      await sleep(wait, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await this.#control.fault({ kind: removal[transport], team: victim.teamId });
    }
  }
}

/** How the bot is removed from a team; what comes for it afterwards may be dropped. */
export const removal = {
  http: 'remove_app',
  socket: 'remove_app',
  rtm: 'disable_integration',
} as const satisfies Record<ChaosTransport, string>;

/** So many teams lose the bot in a run. */
export function victimsIn(durationMs: number): number {
  return Math.ceil(durationMs / REMOVED_EVERY_MS);
}
