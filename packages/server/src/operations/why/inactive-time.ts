/** When a team that is active again was not, by the verdicts and installs in its timeline. Pure. */
import type { TimelineEntry } from '../../team/installations.ts';

export interface InactiveTime {
  fromMs: number;
  toMs: number;
  reason: string;
}

/** The time without the app in which that moment was; undefined when its timeline, which has 50 entries, shows none that is over. */
export function inactiveTimeAt(timeline: readonly TimelineEntry[], momentMs: number): InactiveTime | undefined {
  let from: { atMs: number; reason: string } | undefined;
  for (const entry of timeline.toReversed()) {
    const { atMs, kind, facts } = entry;
    if (kind === 'verdict' && facts.to === 'inactive')
      from = { atMs, reason: String(facts.code ?? facts.why ?? 'deactivated') };
    else if (from && isBack(entry)) {
      if (from.atMs <= momentMs && momentMs <= atMs) return { fromMs: from.atMs, toMs: atMs, reason: from.reason };
      from = undefined;
    }
  }
  return undefined;
}

/** An install, or Slack's answer that the token is good after all. */
function isBack({ kind, facts }: TimelineEntry): boolean {
  return INSTALLS.has(kind) || (kind === 'verdict' && String(facts.to).startsWith('active'));
}

const INSTALLS = new Set(['installed', 'reinstalled', 'reactivated', 'imported']);
