/** What `/_sim` says about the simulator itself, and how its client waits. */
import type { LogRecord } from '../log/log-record.ts';
import type { AppInfo } from '../workspace/info.ts';

/** The state of a simulator at a glance. */
export interface SimulatorStatus {
  name: string;
  url: string;
  apiUrl: string;
  authorizeUrl: string;
  clock: ClockInfo;
  apps: AppInfo[];
  teams: number;
  sockets: number;
  faults: number;
  log: { size: number; capacity: number; lastSeq: number };
}

/** What the simulator's clock says. */
export interface ClockInfo {
  mode: 'system' | 'manual';
  nowMs: number;
}

/** An incoming webhook. */
export interface WebhookInfo {
  app: string;
  team: string;
  channel: string;
  url: string;
}

/** How long `waitForLog` waits, and from where. */
export interface WaitOptions {
  /** In milliseconds of real time. @defaultValue 5000 */
  timeoutMs?: number;
  /** Only records with a greater `seq`. @defaultValue 0, so that what happened already counts */
  after?: number;
  /** What is waited for, for the message of the error. */
  what?: string;
  team?: string;
  method?: string;
  kind?: LogRecord['kind'];
}
