/** What the benchmark and its child processes say to each other. Types only. */
import type { AppRequest } from 'slack-simulator';
import type { Asked, Asking } from '../admin/questions.ts';
import type { Load, LoadResult } from '../intake/load.ts';
import type { Watching } from '../observability/report.ts';
import type { PauseTold } from './watch-pauses.ts';

/** A team of the simulator with what a client needs to connect as its bot. */
export interface Team {
  teamId: string;
  name: string;
  token: string;
  botUserId: string;
  botId: string;
}

/** Which client a contender process runs. */
export type ClientKind = 'floor' | 'rtm-api' | 'server';

/** What a contender process needs to know before it connects. */
export interface ClientSetup {
  kind: ClientKind;
  apiUrl: string;
  /** Empty for the server, which has its teams in its database. */
  teams: readonly Team[];
  /** Of the server only. */
  databaseUrl?: string;
  /** The server without limiter, jitter and timeline. */
  isBare?: boolean;
}

/** Which server an event server process runs. */
export type ServerKind = 'constant' | 'floor' | 'bolt' | 'server' | 'target' | 'asked';

/** What an event server process needs to know before it listens. */
export interface ServerSetup {
  kind: ServerKind;
  signingSecret: string;
  apiUrl: string;
  /** All requests have this length. */
  requestBytes: number;
  /** These of `server` only. */
  databaseUrl?: string;
  encryptionKeys?: string;
  /** Client id and secret of the app; of `target` only. */
  client?: { id: string; secret: string };
  /** How events come; of `target` only. @defaultValue http */
  transport?: 'http' | 'socket';
  /** Added to each commit, in the store's worker, in milliseconds. */
  commitDelayMs?: number;
  /** How it is watched. @defaultValue it counts, and nobody asks */
  watching?: Watching;
  /** Where its listener writes what it begins and ends; without it the listener only counts. */
  handlingLog?: string;
}

/** What a server used and did since it was started. */
export interface Usage {
  cpuMs: number;
  rssBytes: number;
  handled: number;
  /** In milliseconds since the epoch. */
  lastHandledAtMs: number;
}

/** Memory after a full garbage collection. */
export interface Memory {
  rssBytes: number;
  /** JavaScript heap of the main thread and the buffers that it holds outside. */
  heapBytes: number;
}

/** What each request to a child takes and gives. */
export interface Requests {
  /** Of a contender: loads the client. */
  prepare: { input: ClientSetup; output: null };
  /** Of a contender: begins to connect every team; answers when it has begun. */
  connect: { input: null; output: null };
  /** Of a contender. */
  memory: { input: null; output: Memory };
  /** Processor time used so far, in milliseconds. */
  cpu: { input: null; output: number };
  /** Of the simulator: closes HTTP connections that nobody uses. */
  closeIdle: { input: null; output: null };
  /** Of an event server: listens. */
  serve: { input: ServerSetup; output: { port: number } };
  /** Of an event server: stops as one does that is asked to. */
  stopServing: { input: null; output: null };
  /** Of an event server. */
  usage: { input: null; output: Usage };
  /** Of a `target`: when each event reached its listener, in milliseconds since the epoch. */
  handledAt: { input: null; output: Record<string, number> };
  /** Of an event server of kind `asked`: asks as an operator until the time is over. */
  ask: { input: Asking; output: Asked };
  /** Of an attacker: attacks until the time is over; answers how much it did. */
  attack: { input: { name: string; port: number; secret: string; seconds: number }; output: { done: number } };
  /** Of a generator: sends events until the time is over. */
  generate: { input: Load; output: LoadResult };
  /** Of the simulator: starts with so many teams, the bot installed in each. `app`: what is not the default's. */
  simulate: {
    input: { teams: number; app?: AppRequest; logCapacity?: number };
    output: { url: string; apiUrl: string; teams: Team[] };
  };
  /** Of the simulator and the wires: when they did nothing for long, since they began. */
  pauses: { input: null; output: PauseTold[] };
  /** Of the wires: makes one that leads to a port of this machine. */
  addWire: { input: { name: string; to: number }; output: { port: number } };
  /** Of the wires: `hole` lets nothing through and tells nobody, as a partition does; `open` goes on where it was. */
  setWire: { input: { name: string; state?: 'open' | 'hole'; to?: number }; output: null };
}

export type RequestName = keyof Requests;

/** Parent to child. */
export interface RequestMessage {
  id: number;
  name: RequestName;
  input: unknown;
}

/** Child to parent. */
export type AnswerMessage = { id: number; output: unknown } | { id: number; error: string };
