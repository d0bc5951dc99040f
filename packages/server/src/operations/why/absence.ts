/** A message of which no event is known: what is looked at to say why. */
import type { SlackSays } from './ask-slack.ts';
import type { AskedProcess, Check, KnownFact, Sentence, TeamEvidence } from './evidence.ts';

export interface Absence {
  channel: string;
  ts: string;
  sentAtMs: number;
  nowMs: number;
  /** Undefined when nothing tells whose message it is. */
  team: TeamEvidence | undefined;
  /** The domain that the link names, where no team here has it. */
  strangeDomain?: string | undefined;
  around: readonly KnownFact[];
  /** On SQLite one server runs at a time. */
  isAlone: boolean;
  processes: readonly AskedProcess[];
  /** Over what servers get events: as those that run say, else as the settings do. */
  transport: string;
  slack: SlackSays;
}

/** What one look found. */
export interface Look {
  causes: Sentence[];
  checks: Check[];
  /** What helps, where a sentence alone does not say it. */
  advice?: string;
}

export function likely(text: string, atMs: number | null = null): Sentence {
  return { text, certainty: 'likely', atMs };
}

export function proved(text: string, atMs: number | null = null): Sentence {
  return { text, certainty: 'proved', atMs };
}
