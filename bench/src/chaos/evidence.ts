/**
 * What a run of chaos is judged by: the simulator's log and its conversations, what the listeners wrote to files of their own,
 * and when which fault was done. Nothing here was said by a server about itself, but for `stalls` and `pauses`. Types only.
 */
import type { LogRecord } from 'slack-simulator';

/** How events came. */
export const chaosTransports = ['http', 'socket', 'rtm'] as const;

export type ChaosTransport = (typeof chaosTransports)[number];

/** What is done to a running cluster. */
export const faultKinds = [
  'kill',
  'terminate',
  'freeze',
  'cut_database',
  'cut_slack',
  'database_restart',
  'database_down',
  'failover',
  'primary_gone',
  'slack_outage',
  'mass_drop',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** A fault that was done. */
export interface Trouble {
  kind: FaultKind;
  /** Of those that meet one node. */
  node?: string | undefined;
  /** From before it was begun until it was over: the process gone, thawed, the database back. */
  fromMs: number;
  untilMs: number;
}

/** A time in which the database did not answer a node, by whatever reason, until its lease was renewed; see stalls.ts. */
export interface Stall {
  node: string;
  fromMs: number;
  untilMs: number;
}

/** A time in which a process did nothing, although nobody had stopped it: the machine had no time for it. */
export interface Pause {
  /** A node, or `simulator`, `wires`, `bench` (which is the balancer, too). */
  of: string;
  fromMs: number;
  untilMs: number;
}

/** A listener's work on one event, or what a hook was told. `node` is the node's name with the pid of its process: `n1/4711`. */
export type Line =
  | {
      what: 'begin' | 'end';
      node: string;
      atMs: number;
      team: string;
      eventId: string;
      number: number;
      attempt: number;
    }
  | { what: 'hook'; node: string; atMs: number; team: string; hook: string };

/** Until `atMs` the process of a listener did nothing, from so many milliseconds before; also when it was frozen. */
export interface PauseLine {
  what: 'pause';
  node: string;
  atMs: number;
  pauseMs: number;
}

/** An answer of the bot as people see it in the channel. */
export interface Answer {
  team: string;
  /** Of the message that it answers. */
  number: number;
  node: string;
  attempt: number;
  /** When Slack took it. */
  atMs: number;
}

export interface Evidence {
  transport: ChaosTransport;
  teams: number;
  nodes: number;
  /** Connects per second of the whole cluster. */
  connectsPerSecond: number;
  /** The simulator's records of the kinds that are asked for, in order. */
  log: readonly LogRecord[];
  lines: readonly Line[];
  answers: readonly Answer[];
  troubles: readonly Trouble[];
  /** @defaultValue none */
  stalls?: readonly Stall[];
  /** Of processes that nobody had frozen. @defaultValue none */
  pauses?: readonly Pause[];
  /** Which node reaches Slack by which host: its wire. */
  nodeOfHost: Readonly<Record<string, string>>;
  endedAtMs: number;
}

/** How long a lease of a node is good, in milliseconds: packages/server, ownership. Until then a cut-off node may go on. */
export const LEASE_MS = 10_000;

/** A request that was on the wire when its node lost its lease still arrives, in milliseconds; on a busy machine it takes its time. */
export const WIRE_MS = 1_000;

/** The name of a node without its process. */
export function nameOf(node: string): string {
  return node.split('/')[0] ?? node;
}
