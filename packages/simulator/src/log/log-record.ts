/** What the log keeps about each thing that happened. Never a token: `tokenId` names it, `token` shows its ends. */

/** The kinds of record. `message` is one that a person wrote. `request_held` is written when a faulty request arrives, `request` when it is answered. */
export const logKinds = [
  'request',
  'request_held',
  'oauth',
  'socket_open',
  'socket_close',
  'frame_in',
  'frame_out',
  'message',
  'delivery',
  'fault',
  'clock',
] as const;

/** One of the kinds of record. */
export type LogKind = (typeof logKinds)[number];

/** One record. Fields that do not apply are absent. */
export interface LogRecord {
  /** Rises by one per record, across everything. */
  seq: number;
  /** On the simulator's clock, when it began. */
  atMs: number;
  kind: LogKind;
  team?: string | undefined;
  app?: string | undefined;
  /** The Web API method. */
  method?: string | undefined;
  /** The HTTP status; 0 when nothing was answered. */
  status?: number | undefined;
  ok?: boolean | undefined;
  error?: string | undefined;
  /** Masked. */
  token?: string | undefined;
  /** First 12 hexadecimal digits of the token's SHA-256. */
  tokenId?: string | undefined;
  /** How long it took, or how long the socket lived, in milliseconds of real time. */
  durationMs?: number | undefined;
  /** Of a request to the Web API and of a socket: the host that the client asked for, by its Host header. */
  host?: string | undefined;
  socket?: string | undefined;
  channel?: string | undefined;
  /** The `type` of a frame. */
  frame?: string | undefined;
  sizeBytes?: number | undefined;
  /** The beginning of a frame or of a note, at most 512 characters. */
  text?: string | undefined;
  /** WebSocket close code. */
  code?: number | undefined;
  /** Who closed a socket. */
  by?: 'client' | 'simulator' | undefined;
  fault?: string | undefined;
  /** Of a delivery: the event's type, the command or the payload's type. */
  event?: string | undefined;
  /** Of a delivery of an event: `Ev…`, the same for all its tries. */
  eventId?: string | undefined;
  /** One try. */
  delivery?: string | undefined;
  /** 0 is the first try. */
  attempt?: number | undefined;
  /** Why there is a retry. */
  reason?: string | undefined;
  url?: string | undefined;
  /** When an event is tried again, on the simulator's clock. */
  nextAtMs?: number | undefined;
}
