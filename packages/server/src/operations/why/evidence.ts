/** What is found about an event or a message before anything is said of it: the words. */
import type { Fact } from '../../history/fact.ts';
import type { RingReach } from '../../history/fact-ring.ts';
import type { HeldFact, MemoryAnswer } from '../../history/question.ts';
import type { InboxEntry } from '../../inbox/inbox.ts';
import type { EventPlan } from '../../inbox/search/plan-repository.ts';
import type { ConnectionReport, ToldProcess } from '../../reports/process-report.ts';
import type { InstallationView, TimelineEntry } from '../../team/installations.ts';

/** What became of it, in a word. */
export const outcomes = [
  'handled',
  'unmatched',
  'own_message',
  'failed',
  'running',
  'waiting',
  'retrying',
  'dropped',
  'refused',
  'lost',
  'not_taken',
  'discarded',
  'done',
  'never_arrived',
  'unknown',
  'team',
] as const;

export type Outcome = (typeof outcomes)[number];

/** How sure a sentence is. `likely`: it cannot be proved, and the sentence says what was looked at. */
export type Certainty = 'proved' | 'likely' | 'unknown';

/** One sentence of an answer. */
export interface Sentence {
  text: string;
  certainty: Certainty;
  /** When that was, where it was at a moment. */
  atMs: number | null;
}

/** One thing that was looked at, and what was found. */
export interface Check {
  check: string;
  result: string;
}

/** A fact, and who said it: a process of its memory, or its row. */
export type KnownFact = Fact & { node: string };

/** An event in hand of a process. */
export type KnownHeld = HeldFact & { node: string };

/** A running server, and whether it told what it remembers. */
export interface AskedProcess {
  node: string;
  startedAtMs: number | null;
  transport: string | null;
  /** How many of its connections were in which state when it told last: each half minute, and within a second of a change. */
  connections?: Readonly<Record<string, number>> | undefined;
  toldAtMs?: number | undefined;
  answer: MemoryAnswer | undefined;
  reach: RingReach | undefined;
}

/** All that is known of one event. */
export interface EventEvidence {
  eventId: string;
  facts: readonly KnownFact[];
  held: KnownHeld | undefined;
  entry: InboxEntry | undefined;
  plan: EventPlan | undefined;
  /** The installation to which its team belongs. */
  team: InstallationView | undefined;
  teamId: string | null;
  /** Of its installation, where it was dropped. */
  timeline?: readonly TimelineEntry[] | undefined;
}

/** How the team and its connection were and are. */
export interface TeamEvidence {
  teamId: string;
  view: InstallationView | undefined;
  timeline: readonly TimelineEntry[];
  /** RTM. */
  connection: (ConnectionReport & { node: string }) | undefined;
  /** The servers as they are now; absent where nobody looked. */
  servers?: RunningServers;
}

/** Whether a server runs, and what those that run told last. */
export interface RunningServers {
  isAny: boolean;
  told: readonly Pick<ToldProcess, 'node' | 'transport' | 'connections' | 'toldAtMs'>[];
}

/** How far back rows and processes see. */
export interface Reach {
  /** Of the rows; null: none was written yet. */
  rowsSinceMs: number | null;
  /** Facts that were too many to be written, around that time. */
  leftOut: number;
  processes: readonly AskedProcess[];
}
