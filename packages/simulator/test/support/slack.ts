/** What tests need of a simulator: calls as a client makes them, and a raw RTM socket whose frames can be waited for. */
import { WebSocket } from 'ws';
import { type InstallationInfo, type Simulator, type SimulatorOptions, startSimulator } from '../../src/index.ts';

export type Json = Record<string, unknown>;

/** A simulator with the app installed in its first workspace, Acme. */
export async function installedSimulator(
  options: SimulatorOptions = {},
): Promise<Simulator & { acme: InstallationInfo }> {
  const simulator = await startSimulator(options);
  const acme = await simulator.control.install({ team: 'Acme' });
  return { ...simulator, acme };
}

/** Calls a method with a token and form fields, and gives the answer's body. */
export async function call(
  simulator: Simulator,
  method: string,
  token: string | undefined,
  fields: Record<string, string> = {},
): Promise<Json> {
  // As SDKs send it: fetch alone would add a charset, of which Slack warns.
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(simulator.apiUrl + method, {
    method: 'POST',
    headers: token === undefined ? form : { ...form, authorization: `Bearer ${token}` },
    body: new URLSearchParams(fields).toString(),
  });
  return (await response.json()) as Json;
}

/** A socket that remembers what arrived. */
export class RawSocket implements Disposable {
  readonly frames: Json[] = [];
  readonly ws: WebSocket;
  closeCode: number | undefined;
  pings = 0;
  pongs = 0;
  readonly #watchers = new Set<() => void>();

  constructor(url: string) {
    this.ws = new WebSocket(url, { perMessageDeflate: false });
    this.ws.on('message', (data: Buffer) => this.#changed(() => this.frames.push(JSON.parse(data.toString()) as Json)));
    this.ws.on('close', (code) => this.#changed(() => (this.closeCode = code)));
    this.ws.on('ping', () => this.#changed(() => this.pings++));
    this.ws.on('pong', () => this.#changed(() => this.pongs++));
    this.ws.on('error', () => {});
  }

  send(frame: unknown): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Resolves with the first frame that fits, also one that is there already. */
  async frame(fits: (frame: Json) => boolean): Promise<Json> {
    await this.until(() => this.frames.some(fits));
    return this.frames.find(fits) as Json;
  }

  /** Resolves with the close code. */
  async closed(): Promise<number> {
    await this.until(() => this.closeCode !== undefined);
    return this.closeCode ?? 0;
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
  }

  [Symbol.dispose](): void {
    this.ws.terminate();
  }

  #changed(change: () => void): void {
    change();
    for (const check of this.#watchers) check();
  }
}

/** Connects the bot: rtm.connect, socket, hello. */
export async function connect(
  simulator: Simulator,
  token: string,
  fields: Record<string, string> = {},
): Promise<RawSocket> {
  const answer = await call(simulator, 'rtm.connect', token, fields);
  const socket = new RawSocket(String(answer.url));
  await socket.frame(({ type }) => type === 'hello');
  return socket;
}
