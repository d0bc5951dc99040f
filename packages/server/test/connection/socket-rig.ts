/** Socket Mode connections, a scripted peer, a scripted receiver and a moved clock, joined; and what was told. */

import { SocketConnections, type SocketConnectionsOptions } from '../../src/connection/socket-connections.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { FIRST_SOCKET_SLOT, MAX_SOCKET_SLOTS } from '../../src/ownership/ownership.ts';
import type { Delivery, DeliveryAnswer } from '../../src/slack/delivery/delivery.ts';
import { createSlackFetch } from '../../src/slack/slack-fetch.ts';
import { createCallSlack } from '../../src/slack/web-api.ts';
import { TestClock } from '../../src/time/test-clock.ts';
import { until } from './rig.ts';
import { type PeerSocket, ScriptedSlack } from './scripted-slack.ts';

export const APP_TOKEN = 'xapp-1-A0APP00001-1-test';

/** One line of the log, parsed. */
export type LogLine = Readonly<Record<string, unknown>> & { msg: string };

/** A delivery that waits for the test to answer it. */
export interface Taken {
  delivery: Delivery;
  answer: (answer: DeliveryAnswer) => void;
}

/** Jitter is always half; one socket unless told otherwise. */
export class SocketRig {
  readonly clock: TestClock;
  readonly slack: ScriptedSlack;
  readonly taken: Taken[] = [];
  /** What the hooks were told. */
  readonly errors: unknown[] = [];
  readonly gaps: unknown[] = [];
  readonly lines: LogLine[] = [];
  readonly sockets: SocketConnections;
  /** The slots that are this process's. */
  readonly owned = new Set(Array.from({ length: MAX_SOCKET_SLOTS }, (_, n) => FIRST_SOCKET_SLOT + n));
  isFenced = false;
  /** Whether Slack's name cannot be resolved. */
  isNameUnknown = false;

  private constructor(clock: TestClock, slack: ScriptedSlack, appId: string | null, options: SocketConnectionsOptions) {
    this.clock = clock;
    this.slack = slack;
    const gate = { lookup: () => ({ pass: true }) as const, report() {} };
    const fetch: typeof globalThis.fetch = (url, init) =>
      globalThis.fetch(this.isNameUnknown ? 'http://nowhere.invalid/' : url, init);
    const slackFetch = createSlackFetch({ apiUrl: slack.apiUrl, clock, random: () => 0.5, fetch, ...gate });
    const destination = { write: (line: string) => void this.lines.push(JSON.parse(line) as LogLine) };
    this.sockets = new SocketConnections({
      appToken: APP_TOKEN,
      ownership: {
        owns: (shard) => this.owned.has(shard) && !this.isFenced,
        epochOf: (shard) => (this.owned.has(shard) ? 1 : undefined),
      },
      callSlack: createCallSlack(slackFetch, slack.apiUrl),
      receiver: { receive: (delivery) => this.#receive(delivery) },
      appId: () => appId,
      hooks: {
        emit: async (name, payload) => void (name === 'gap' ? this.gaps : this.errors).push(payload),
      },
      clock,
      random: () => 0.5,
      log: createLogger({ level: 'trace', format: 'json', destination }),
      verdicts: {},
      options: { socketCount: 1, ...options },
    });
  }

  static async start({ appId = null, ...options }: SocketConnectionsOptions & { appId?: string | null } = {}) {
    const clock = new TestClock();
    return new SocketRig(clock, await ScriptedSlack.start(clock), appId, options);
  }

  async stop(): Promise<void> {
    await this.sockets.stop({ graceMs: 0 });
    await this.slack.stop();
  }

  /** Starts and waits until all slots are open. */
  async connect(count = 1): Promise<PeerSocket> {
    this.sockets.start();
    await until(() => this.sockets.open === count);
    return this.open[0] as PeerSocket;
  }

  /** The sockets that are open at the peer, oldest first. */
  get open(): PeerSocket[] {
    return this.slack.open(APP_TOKEN);
  }

  /** The peer sends a frame. */
  send(frame: unknown, peer?: PeerSocket): void {
    this.slack.send(APP_TOKEN, frame, peer);
  }

  /** The peer sends an envelope; resolves when the receiver has it. */
  async deliver(frame: Record<string, unknown>, peer?: PeerSocket): Promise<Taken> {
    const count = this.taken.length;
    this.send({ type: 'events_api', envelope_id: `e${count + 1}`, payload: { n: count + 1 }, ...frame }, peer);
    await until(() => this.taken.length === count + 1);
    return this.taken[count] as Taken;
  }

  logged(msg: string): LogLine[] {
    return this.lines.filter((line) => line.msg === msg);
  }

  async #receive(delivery: Delivery): Promise<DeliveryAnswer> {
    return await new Promise((answer) => this.taken.push({ delivery, answer }));
  }
}
