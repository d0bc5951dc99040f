/** Where tickets are: documents of the team in the server's database, the same on every process. */
import type { Server } from 'slack-bot-server';

export interface Ticket {
  number: number;
  text: string;
  by: string;
  isOpen: boolean;
}

export interface Tickets {
  add(teamId: string, ticket: Pick<Ticket, 'text' | 'by'>): Promise<Ticket>;
  /** Undefined when there is no such ticket. */
  close(teamId: string, number: number): Promise<Ticket | undefined>;
  open(teamId: string): Promise<Ticket[]>;
}

export class TeamTickets implements Tickets {
  readonly #server: Pick<Server, 'data'>;

  constructor(server: Pick<Server, 'data'>) {
    this.#server = server;
  }

  async add(teamId: string, { text, by }: Pick<Ticket, 'text' | 'by'>): Promise<Ticket> {
    const data = this.#server.data(teamId);
    // One step in the database: two processes never give the same number.
    const ticket = { number: await data.increment('tickets'), text, by, isOpen: true };
    await data.set(keyOf('open', ticket.number), ticket);
    return ticket;
  }

  async close(teamId: string, number: number): Promise<Ticket | undefined> {
    const data = this.#server.data(teamId);
    const open = await data.get<Ticket>(keyOf('open', number));
    if (!open) return undefined;
    const ticket = { ...open.value, isOpen: false };
    await data.set(keyOf('done', number), ticket);
    await data.delete(keyOf('open', number));
    return ticket;
  }

  async open(teamId: string): Promise<Ticket[]> {
    const documents = await this.#server.data(teamId).list<Ticket>({ prefix: 'open:', limit: 1_000 });
    return documents.map(({ value }) => value);
  }
}

/** So that the order of the keys is that of the numbers. */
function keyOf(state: 'open' | 'done', number: number): string {
  return `${state}:${String(number).padStart(9, '0')}`;
}
