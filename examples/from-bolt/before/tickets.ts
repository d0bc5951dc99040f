/** Where tickets are: in memory, and in a file after each change. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

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

export class FileTickets implements Tickets {
  readonly #path: string;
  readonly #byTeam: Record<string, Ticket[]>;

  constructor(path: string) {
    this.#path = path;
    this.#byTeam = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  }

  async add(teamId: string, { text, by }: Pick<Ticket, 'text' | 'by'>): Promise<Ticket> {
    const tickets = (this.#byTeam[teamId] ??= []);
    const ticket = { number: tickets.length + 1, text, by, isOpen: true };
    tickets.push(ticket);
    this.#save();
    return ticket;
  }

  async close(teamId: string, number: number): Promise<Ticket | undefined> {
    const ticket = this.#byTeam[teamId]?.find((one) => one.number === number);
    if (ticket) ticket.isOpen = false;
    this.#save();
    return ticket;
  }

  async open(teamId: string): Promise<Ticket[]> {
    return (this.#byTeam[teamId] ?? []).filter(({ isOpen }) => isOpen);
  }

  #save(): void {
    writeFileSync(this.#path, JSON.stringify(this.#byTeam));
  }
}
