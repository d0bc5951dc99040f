/** The verdicts as text; the last line says whether every promise was kept. Pure. */
import { formatMs, formatTable } from '../table.ts';
import type { Broken, ChaosVerdict } from './checker/judge.ts';

/** How many cases of a kind are shown. */
const SHOWN = 10;

const titles: Record<keyof Broken, string> = {
  lost: 'lost',
  doubled: 'doubled',
  connections: 'two connections',
  sockets: 'dropped sockets',
  fence: 'calls after a fence',
  hooksNever: 'hooks never told',
  hooksTwice: 'hooks told twice',
  late: 'resumed late',
  other: 'other problems',
};

const kinds = Object.keys(titles) as (keyof Broken)[];

export function formatReport(verdicts: readonly ChaosVerdict[], seed: number): string {
  return [...verdicts.map(partOf), verdictLine(verdicts, seed)].join('\n\n');
}

export function isKept(verdicts: readonly ChaosVerdict[]): boolean {
  return verdicts.length > 0 && verdicts.every((verdict) => verdict.isKept);
}

function partOf(verdict: ChaosVerdict): string {
  const { transport, said, answered, accepted, doubtful, repeatedInside, hooksTold, recoveries, broken } = verdict;
  const rows = recoveries.map(({ trouble: { kind, node, fromMs, untilMs }, afterMs, limitMs }) => [
    node === undefined ? kind : `${kind} of ${node}`,
    formatMs(untilMs - fromMs),
    formatMs(afterMs),
    limitMs === undefined ? '–' : formatMs(limitMs),
  ]);
  return [
    `${transport}: ${said} messages, ${answered} answered, ${accepted} accepted, ${doubtful} nobody can know of`,
    `${transport}: ${repeatedInside} repeated inside the window, ${hooksTold} removals told`,
    ...(transport === 'http'
      ? []
      : [`${transport}: ${verdict.moved} sockets moved as planned, at most ${verdict.movedAtOnce} teams at once`]),
    ...slownessOf(verdict),
    `${transport}: longest gap of a team ${formatMs(verdict.longestGapMs)}, p99 of the teams' longest ${formatMs(verdict.gapP99Ms)}`,
    '',
    formatTable([`${transport}: fault`, 'lasted', 'prompt again after', 'promised'], rows),
    ...kinds.flatMap((kind) => casesOf(`${transport}: ${titles[kind]}`, broken[kind])),
  ].join('\n');
}

/** What the machine had no time for, and what that excuses: never silently. */
function slownessOf({ transport, stalls, pauses, longestPauseMs, excused }: ChaosVerdict): string[] {
  const lines: string[] = [];
  if (stalls > 0) lines.push(`${stalls} times the database did not answer a node for long, and no fault explains it`);
  if (pauses > 0) lines.push(`${pauses} times a process did nothing, for up to ${formatMs(longestPauseMs)}`);
  lines.push(...casesOf('excused', excused));
  if (stalls > 0 || excused.length > 0)
    lines.push('the machine is too slow for this load: take fewer teams or messages');
  return lines.map((line) => `${transport}: ${line}`);
}

function casesOf(title: string, cases: readonly string[]): string[] {
  const rest = cases.length > SHOWN ? [`${title}: and ${cases.length - SHOWN} more`] : [];
  return [...cases.slice(0, SHOWN).map((one) => `${title}: ${one}`), ...rest];
}

function verdictLine(verdicts: readonly ChaosVerdict[], seed: number): string {
  const counts = kinds.map((kind) => {
    const count = verdicts.reduce((sum, { broken }) => sum + broken[kind].length, 0);
    return `${count} ${titles[kind]}`;
  });
  const accepted = verdicts.reduce((sum, verdict) => sum + verdict.accepted, 0);
  const excused = verdicts.reduce((sum, verdict) => sum + verdict.excused.length, 0);
  const word = isKept(verdicts) ? 'PASS' : 'FAIL';
  const excuses = excused === 0 ? [] : [`${excused} excused by a machine that was too slow`];
  return [`chaos: ${word} seed ${seed}`, `${accepted} accepted`, ...counts, ...excuses].join(', ');
}
