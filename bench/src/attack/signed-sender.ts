/** Posts what Slack would: signed events and commands, each with the time that its answer took. */
import { createHmac, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { bodyOf, nthEvent } from '../events/event.ts';

/** One delivery and what came of it. */
export interface Delivered {
  eventId: string | undefined;
  /** In milliseconds since the epoch. */
  sentAtMs: number;
  answerMs: number;
  /** 0 = no answer. */
  status: number;
}

const ID_BYTES = 6;
const SENDERS = 64;
const TIMEOUT_MS = 10_000;

export class SignedSender {
  readonly #port: number;
  readonly #secret: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  #number = 0;

  constructor(port: number, secret: string) {
    this.#port = port;
    this.#secret = secret;
  }

  /** A message in a team. */
  async event({ teamId, text }: { teamId: string; text?: string }): Promise<Delivered> {
    const id = randomBytes(ID_BYTES).toString('hex').toUpperCase();
    const facts = { ...nthEvent(this.#number++, id, { teams: 1, channelsPerTeam: 1_000 }), teamId };
    const body = bodyOf(facts, Math.floor(Date.now() / 1_000));
    const said = text === undefined ? body : body.replaceAll('hello x', `${text} x`);
    return { ...(await this.#post(said, 'application/json')), eventId: facts.eventId };
  }

  /** A slash command in a team. */
  async command({ teamId, command }: { teamId: string; command: string }): Promise<Delivered> {
    const fields = { command, text: '', team_id: teamId, user_id: 'U0ANN00001', channel_id: 'C0BENCH000000' };
    const body = new URLSearchParams({ ...fields, api_app_id: 'A0BENCH001', trigger_id: '1.2.3' }).toString();
    return await this.#post(body, 'application/x-www-form-urlencoded');
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
    this.#agent.destroy();
  }

  #post(body: string, contentType: string): Promise<Delivered> {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', this.#secret).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = {
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(body)),
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    };
    const sentAtMs = Date.now();
    const begunAtMs = performance.now();
    return new Promise((resolve) => {
      const settle = (status: number) =>
        resolve({ eventId: undefined, sentAtMs, answerMs: performance.now() - begunAtMs, status });
      const to = { host: '127.0.0.1', port: this.#port, path: '/slack/events', method: 'POST', headers };
      const posted = request({ ...to, agent: this.#agent, timeout: TIMEOUT_MS }, (response) => {
        response.resume();
        response.once('close', () => settle(response.statusCode ?? 0));
      });
      posted.once('timeout', () => posted.destroy());
      posted.once('error', () => settle(0));
      posted.end(body);
    });
  }
}

function countTaken(delivered: readonly Delivered[]): number {
  return delivered.filter(({ status }) => status === 200).length;
}
