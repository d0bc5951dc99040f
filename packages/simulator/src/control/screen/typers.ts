/** Who types where, for as long as Slack shows it. */
import type { World } from '../../workspace/world.ts';

/** Clients show it so long after the last word of it. (https://docs.slack.dev/legacy/legacy-rtm-api) */
const SHOWN_MS = 5_000;

/** The typers of one simulator; those who stopped are forgotten when somebody looks or types. */
export class Typers {
  readonly #world: World;
  /** By channel: until when each is shown. */
  readonly #until = new Map<string, Map<string, number>>();

  constructor(world: World) {
    this.#world = world;
    world.events.on((event) => {
      if (event.type === 'user_typing') this.#note(event.channel.id, event.userId);
      // Who has said it types no more.
      else if (event.type === 'message_posted') this.#until.get(event.channel.id)?.delete(event.message.userId ?? '');
    });
  }

  /** Ids of users. */
  in(channel: string): string[] {
    const here = this.#until.get(channel);
    if (!here) return [];
    for (const [user, untilMs] of here) if (untilMs <= this.#world.clock.now()) here.delete(user);
    if (here.size === 0) this.#until.delete(channel);
    return [...here.keys()];
  }

  #note(channel: string, user: string): void {
    for (const known of this.#until.keys()) this.in(known);
    const here = this.#until.get(channel) ?? new Map<string, number>();
    this.#until.set(channel, here.set(user, this.#world.clock.now() + SHOWN_MS));
  }
}
