/** Hears all that a workspace tells: an RTM socket of a classic bot, and a Socket Mode socket of a granular app. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Json, RawSocket } from '../support/slack.ts';

/** Long enough for a slow machine; an event that comes takes some milliseconds. */
const PATIENCE_MS = 5000;

export class Ears implements Disposable {
  /** `type`, or `type:subtype`, in the order of arrival. */
  readonly heard: string[] = [];
  #triggerId = '';
  readonly #sockets: RawSocket[] = [];

  /** Opens one more socket, of RTM or of Socket Mode, and acknowledges its envelopes. */
  async listen(url: string): Promise<void> {
    const socket = new RawSocket(url);
    this.#sockets.push(socket);
    socket.ws.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Json;
      if (frame.envelope_id === undefined) return this.#hear(frame);
      socket.send({ envelope_id: frame.envelope_id });
      const payload = frame.payload as Json;
      if (typeof payload.trigger_id === 'string') this.#triggerId = payload.trigger_id;
      this.#hear(payload.event as Json | undefined);
    });
    await socket.frame(({ type }) => type === 'hello');
  }

  /** The last `trigger_id` that arrived. */
  get triggerId(): string {
    return this.#triggerId;
  }

  /** Which of these do not arrive, counted from a place in `heard`. */
  async missing(names: readonly string[], from: number): Promise<string[]> {
    const absent = () => names.filter((name) => !this.heard.slice(from).includes(name));
    const until = performance.now() + PATIENCE_MS;
    while (absent().length > 0 && performance.now() < until) await sleep(2);
    return absent();
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }

  #hear(event: Json | undefined): void {
    if (typeof event?.type !== 'string') return;
    this.heard.push(typeof event.subtype === 'string' ? `${event.type}:${event.subtype}` : event.type);
  }
}
