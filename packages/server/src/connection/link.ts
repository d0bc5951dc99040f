/** One WebSocket, reduced to what a connection needs. Decides nothing; every callback names the link, so that late ones can be dropped. */
import type { createConnection } from 'node:net';
import { WebSocket } from 'ws';
import type { CreateConnection } from '../slack/proxy.ts';
import type { Heartbeat, Pulse } from './heartbeat.ts';

/** Who is told. */
export interface LinkOwner {
  onText(link: Link, text: string): void;
  onBinary(link: Link): void;
  /** The socket is gone, or never came to be. `reason` is a short word that holds nothing of the URL. */
  onClosed(link: Link, reason: string): void;
  /** The text of a ping; undefined = a WebSocket ping. */
  pingText(id: number): string | undefined;
  /** False while the peer may be a Slack-compatible server that answers WebSocket pings alone. */
  readonly isTextPongKnown: boolean;
  onSilent(link: Link): void;
  /** The peer answered a WebSocket ping. */
  onPong(link: Link): void;
  /** Many sockets are silent together, and this one is in the sample. Answers whether a successor is tried. */
  onSampled(link: Link, round: number): boolean;
}

/** Settings of one socket. */
export interface LinkOptions {
  /** A longer message closes the socket with 1009. */
  maxFrameBytes: number;
  /** Called once when the socket is gone, or never came to be; also when the link is muted. */
  onGone?: (() => void) | undefined;
  /** How to reach that URL where it is not reached directly. @defaultValue always directly */
  tunnelTo?: ((url: string) => CreateConnection | undefined) | undefined;
}

/** Real milliseconds that ws waits for the peer's half of a planned close; Slack does not close TCP by itself. */
const CLOSE_TIMEOUT_MS = 3_000;
const NORMAL_CLOSURE = 1000;
const WEBSOCKET_URL = /^wss?:\/\//i;

/** The socket on which an event came, as far as whoever answers it is concerned. */
export interface Reply {
  /** Sends a text frame; false when the socket is gone. */
  send(text: string): boolean;
  /** Owes an answer: the socket is not closed by plan until the returned function was called. Calling it twice does nothing. */
  oweAnswer(): () => void;
}

/** See LinkOwner for what it tells. */
export class Link implements Pulse, Reply {
  readonly id: number;
  heardAtMs = 0;
  pingedAtMs = 0;
  answered: (() => void) | undefined = undefined;
  readonly #socket: WebSocket;
  readonly #heartbeat: Heartbeat;
  /** Whether the peer has said hello on it. */
  isGreeted = false;
  /** Events whose answer is still owed. */
  #inHand = 0;
  #onIdle: (() => void) | undefined;
  #owner: LinkOwner | undefined;
  #failure: string | undefined;
  #pings = 0;

  /** @throws TypeError or SyntaxError when the URL is not a WebSocket URL; its message holds the URL: do not log it. */
  constructor(id: number, url: string, owner: LinkOwner, heartbeat: Heartbeat, options: LinkOptions) {
    // ws would also dial ws+unix: and http: addresses; a Slack server has no business there.
    if (!WEBSOCKET_URL.test(url)) throw new TypeError('not a WebSocket URL');
    this.id = id;
    this.#owner = owner;
    this.#heartbeat = heartbeat;
    const tunnel = options.tunnelTo?.(url);
    // No handshakeTimeout: the attempt's own deadline covers the handshake, and each socket would keep a timer for life.
    const settings = {
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: options.maxFrameBytes,
      closeTimeout: CLOSE_TIMEOUT_MS,
      ...(tunnel ? { createConnection: tunnel as unknown as typeof createConnection } : {}),
    };
    this.#socket = new WebSocket(url, settings);
    this.#listen(options.onGone);
  }

  /** Sends a text frame; false when the socket is not open. */
  send(text: string): boolean {
    if (!this.isOpen) return false;
    this.#socket.send(text);
    return true;
  }

  oweAnswer(): () => void {
    this.#inHand += 1;
    let isOwed = true;
    return () => {
      if (!isOwed) return;
      isOwed = false;
      this.#inHand -= 1;
      if (this.#inHand === 0) this.#onIdle?.();
    };
  }

  /** Whether something can be sent, and an answer with it. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Whether answers are owed on it. */
  get isBusy(): boolean {
    return this.#inHand > 0;
  }

  /** Calls `fn` whenever the last answer was given. */
  whenIdle(fn: () => void): void {
    this.#onIdle = fn;
  }

  /** Resolves when the socket is gone, at once if it is. */
  gone(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.readyState === WebSocket.CLOSED) resolve();
      else this.#socket.once('close', () => resolve());
    });
  }

  ping(): void {
    if (!this.isOpen) return;
    this.#pings += 1;
    const text = this.#owner?.pingText(this.#pings);
    if (text !== undefined) this.#socket.send(text);
    // Slack answers both. Once text pongs are known, only they count: an edge may answer WebSocket pings for a dead backend.
    if (text === undefined || !this.#owner?.isTextPongKnown) this.#socket.ping();
  }

  die(): void {
    this.#owner?.onSilent(this);
  }

  sample(round: number): boolean {
    return this.#owner?.onSampled(this, round) ?? false;
  }

  /** Tells nobody anything any more. */
  mute(): void {
    this.#owner = undefined;
  }

  /** Planned close; resolves when the socket is gone. What arrives meanwhile is still told unless muted. */
  close(): Promise<void> {
    this.unwatch();
    const gone = this.gone();
    this.#socket.close(NORMAL_CLOSURE);
    return gone;
  }

  /** Its silence means nothing any more. */
  unwatch(): void {
    this.#heartbeat.unwatch(this);
  }

  /** Ends the socket without a close handshake, which a dead peer would not answer. */
  terminate(): void {
    this.unwatch();
    this.#socket.terminate();
  }

  #listen(onGone: LinkOptions['onGone']): void {
    const socket = this.#socket;
    socket.on('message', (data, isBinary) => {
      this.#heartbeat.heard(this);
      if (isBinary || !Buffer.isBuffer(data)) this.#owner?.onBinary(this);
      else this.#owner?.onText(this, data.toString('utf8'));
    });
    socket.on('ping', () => this.#heartbeat.heard(this));
    socket.on('pong', () => {
      this.#heartbeat.heard(this);
      this.#owner?.onPong(this);
    });
    // Always listened to, also when muted: an unheard 'error' would end the process. 'close' follows each error.
    socket.on('error', (error) => {
      this.#failure ??= failureWord(error);
    });
    socket.on('close', (code) => {
      this.#heartbeat.unwatch(this);
      onGone?.();
      this.#owner?.onClosed(this, this.#failure ?? `closed_${code}`);
    });
  }
}

/** A word for logs and pages: the code of the error, or what ws says of the answer. Never its text, which may hold the URL. */
function failureWord(error: Error): string {
  const status = /^Unexpected server response: (\d{3})$/.exec(error.message)?.[1];
  if (status) return `http_${status}`;
  return 'code' in error && typeof error.code === 'string' ? error.code.toLowerCase() : 'socket_error';
}
