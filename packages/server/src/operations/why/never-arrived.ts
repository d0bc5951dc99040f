/**
 * Why nothing is known of a message: each cause that the rows, the processes and Slack speak for, the surest first, and what was looked
 * at. Pure. A cause that cannot be proved is called likely; and where nobody remembers that time it is not said that nothing came.
 */
import { type Absence, type Look } from './absence.ts';
import { causesAtSlack } from './causes-at-slack.ts';
import { causesOfServers, downtimeOf, mayStillCome } from './causes-of-servers.ts';
import { causesOfConnection, causesOfTeam } from './causes-of-team.ts';
import type { AskedProcess, Check, Outcome, Sentence } from './evidence.ts';
import { listed, when } from './words.ts';

export interface Unheard {
  outcome: Extract<Outcome, 'never_arrived' | 'unknown'>;
  main: Sentence;
  sentences: Sentence[];
  checks: Check[];
  advice: string | null;
}

export function tellAbsence(absence: Absence): Unheard {
  const here: Look[] = [causesOfTeam(absence), causesOfConnection(absence), causesOfServers(absence)];
  const isExplained = here.some((look) => look.causes.some(({ certainty }) => certainty === 'proved'));
  const looks = [...here, causesAtSlack(absence, { isExplained })];
  const causes = looks.flatMap((look) => look.causes);
  const sorted = [...causes].sort((a, b) => RANK[a.certainty] - RANK[b.certainty]);
  const checks = looks.flatMap((look) => look.checks);
  const advice = looks.find((look) => look.advice !== undefined)?.advice ?? null;
  const blind = blindWords(absence);
  const [first] = sorted;
  const isProved = first?.certainty === 'proved';
  if (blind !== undefined && !isProved) {
    const main: Sentence = { text: blind, certainty: 'unknown', atMs: absence.sentAtMs };
    return { outcome: 'unknown', main, sentences: [main, ...sorted], checks, advice };
  }
  const came = mayStillCome(absence) ? 'It has not arrived yet' : 'It never arrived';
  const nothing: Sentence = {
    text: `${came}: ${askedWords(absence)} no row of failures, drops and repeats is about it.`,
    certainty: blind === undefined ? 'proved' : 'unknown',
    atMs: absence.sentAtMs,
  };
  const main = first && first.certainty !== 'unknown' ? joined(first, came) : noCause;
  return { outcome: 'never_arrived', main, sentences: [nothing, ...sorted], checks, advice };
}

const RANK: Readonly<Record<Sentence['certainty'], number>> = { proved: 0, likely: 1, unknown: 2 };

const noCause: Sentence = {
  text: 'It never arrived, and nothing that was looked at says why: Slack did not send it, as far as is known.',
  certainty: 'unknown',
  atMs: null,
};

function joined(cause: Sentence, came: string): Sentence {
  const likely = cause.certainty === 'likely' ? ' Likely:' : '';
  return { ...cause, text: `${came}.${likely} ${cause.text}` };
}

/** `a and b were asked and remember all since 09:00:00 UTC, but no event of it;` */
function askedWords({ processes, nowMs }: Absence): string {
  const asked = processes.filter(({ answer }) => answer);
  if (asked.length === 0) return 'no server could be asked;';
  const sinceMs = Math.max(...asked.map(({ reach }) => reach?.sinceMs ?? Number.POSITIVE_INFINITY));
  const [be, verb] = asked.length === 1 ? ['was', 'remembers'] : ['were', 'remember'];
  const all = Number.isFinite(sinceMs) ? `all since ${when(sinceMs, nowMs)}, but no event of it` : 'nothing';
  return `${listed(asked.map(({ node }) => node))} ${be} asked and ${verb} ${all};`;
}

/** Its lease was over by then: it cannot have handled the message, though it is listed for some minutes more. */
function wasKilledBefore({ around, sentAtMs }: Absence, { node }: AskedProcess): boolean {
  return around.some(
    ({ kind, node: whose, details }) =>
      kind === 'stopped' && whose === node && details.reason === 'lease_over' && (details.toMs ?? sentAtMs) <= sentAtMs,
  );
}

/** Who may have handled it, and cannot say so any more; undefined when all that run remember that time. */
function blindWords(absence: Absence): string | undefined {
  const { sentAtMs, nowMs } = absence;
  const processes = absence.processes.filter((process) => process.answer || !wasKilledBefore(absence, process));
  if (processes.length === 0)
    return 'No server runs whose memory could be asked, and no row knows of the message: whether it came and was handled well is not known.';
  const silent = processes.filter(({ answer }) => !answer);
  if (silent.length > 0)
    return `${silent.map(({ node }) => node).join(', ')} did not answer: whether the message came there and was handled well is not known.`;
  const sinceMs = Math.max(...processes.map(({ reach }) => reach?.sinceMs ?? Number.POSITIVE_INFINITY));
  // Before the first server there was nobody to remember anything.
  if (sinceMs <= (downtimeOf(absence)?.toMs ?? sentAtMs)) return undefined;
  const reach = Number.isFinite(sinceMs) ? `back to ${when(sinceMs, nowMs)} only` : 'nothing (HISTORY_EVENTS is 0)';
  return `The message is of ${when(sentAtMs, nowMs)}, and the servers remember ${reach}: whether it came and was handled well is not known any more. What fails, is dropped or repeated has rows for 14 days, and there is none.`;
}
