/** The lines of listeners, put together: each time that one began an event. Pure. */
import { type Evidence, LEASE_MS, type Line, nameOf, type Trouble } from '../evidence.ts';

/** One time that a listener began an event. */
export interface Run {
  node: string;
  team: string;
  eventId: string;
  number: number;
  attempt: number;
  beginAtMs: number;
  endAtMs?: number;
}

/** By the number of the message, in the order in which they began. */
export function runsByNumber(lines: readonly Line[]): Map<number, Run[]> {
  const runs = new Map<number, Run[]>();
  for (const line of lines.toSorted((a, b) => a.atMs - b.atMs)) {
    if (line.what === 'hook') continue;
    const { what, atMs, number, node, attempt, team, eventId } = line;
    const list = runs.get(number) ?? [];
    runs.set(number, list);
    if (what === 'begin') list.push({ node, team, eventId, number, attempt, beginAtMs: atMs });
    const open = list.find((run) => run.node === node && run.attempt === attempt && run.endAtMs === undefined);
    if (what === 'end' && open) open.endAtMs = atMs;
  }
  return runs;
}

/** A time in which a node may have lost what it had in hand. */
export interface Death {
  /** Absent: all of them. */
  node?: string | undefined;
  fromMs: number;
  untilMs: number;
}

const kindsOfDeath: ReadonlySet<Trouble['kind']> = new Set([
  'kill',
  'freeze',
  'cut_database',
  'database_restart',
  'database_down',
  'failover',
  'primary_gone',
]);

/**
 * A node that is killed, frozen or cut off; and with the database away, every node: what it finishes then is written by nobody. The
 * same where the database does not answer a node for another reason: others take over what it had unfinished when its lease ended.
 */
export function deathsOf({ troubles, stalls = [] }: Pick<Evidence, 'troubles' | 'stalls'>): Death[] {
  return [...troubles.filter(({ kind }) => kindsOfDeath.has(kind)), ...stalls];
}

/** Whether a death meets a process of that node. */
export function concerns(death: Pick<Death, 'node'>, node: string): boolean {
  return death.node === undefined || death.node === nameOf(node);
}

/** From when a node that is frozen or cut off has no lease any more; undefined when it was back in time. */
export function leaseLostAtMs({ kind, fromMs, untilMs }: Trouble): number | undefined {
  if (!kindsOfDeath.has(kind) || kind === 'kill') return undefined;
  const lostAtMs = fromMs + LEASE_MS;
  return untilMs > lostAtMs ? lostAtMs : undefined;
}
