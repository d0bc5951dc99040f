/** Delivers what Slack would: events and commands, each with the time that its answer took. How they travel is another's affair. */
import { randomBytes } from 'node:crypto';
import { bodyOf, nthEvent } from '../events/event.ts';

/** One delivery and what came of it. */
export interface Delivered {
  eventId: string | undefined;
  /** In milliseconds since the epoch. */
  sentAtMs: number;
  answerMs: number;
  /** As of HTTP; 0 = no answer. */
  status: number;
}

/** What is delivered: the JSON of an event, or the fields of a command. */
export type Delivery = { kind: 'event'; json: string } | { kind: 'command'; fields: Readonly<Record<string, string>> };

/** A way to the server. */
export interface Way {
  /** Answers the status, 0 for none. Never rejects. */
  deliver(delivery: Delivery): Promise<number>;
  close(): void;
}

const ID_BYTES = 6;

export class SlackSender {
  readonly #way: Way;
  #number = 0;

  constructor(way: Way) {
    this.#way = way;
  }

  /** A message in a team. */
  async event({ teamId, text }: { teamId: string; text?: string }): Promise<Delivered> {
    const id = randomBytes(ID_BYTES).toString('hex').toUpperCase();
    const facts = { ...nthEvent(this.#number++, id, { teams: 1, channelsPerTeam: 1_000 }), teamId };
    const body = bodyOf(facts, Math.floor(Date.now() / 1_000));
    const json = text === undefined ? body : body.replaceAll('hello x', `${text} x`);
    return { ...(await this.#deliver({ kind: 'event', json })), eventId: facts.eventId };
  }

  /** A slash command in a team. */
  async command({ teamId, command }: { teamId: string; command: string }): Promise<Delivered> {
    const place = { team_id: teamId, user_id: 'U0ANN00001', channel_id: 'C0BENCH000000' };
    const fields = { command, text: '', ...place, api_app_id: 'A0BENCH001', trigger_id: '1.2.3' };
    return await this.#deliver({ kind: 'command', fields });
  }

  /** So many events, all at once. Answers how many were taken. */
  async events(count: number, of: (number: number) => { teamId: string; text: string }): Promise<number> {
    return countTaken(await Promise.all(Array.from({ length: count }, (_, number) => this.event(of(number)))));
  }

  /** So many commands, all at once. Answers how many were taken. */
  async commands(count: number, of: (number: number) => { teamId: string; command: string }): Promise<number> {
    return countTaken(await Promise.all(Array.from({ length: count }, (_, number) => this.command(of(number)))));
  }

  close(): void {
    this.#way.close();
  }

  async #deliver(delivery: Delivery): Promise<Delivered> {
    const sentAtMs = Date.now();
    const begunAtMs = performance.now();
    const status = await this.#way.deliver(delivery);
    return { eventId: undefined, sentAtMs, answerMs: performance.now() - begunAtMs, status };
  }
}

function countTaken(delivered: readonly Delivered[]): number {
  return delivered.filter(({ status }) => status === 200).length;
}
