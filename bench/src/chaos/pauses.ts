/**
 * Times in which a process did nothing although nobody had stopped it: the machine is too slow for the load. They excuse lateness and
 * connections that were given up for dead, no loss, no repeat and nothing that a former owner sent; each excuse is reported. Pure.
 */
import { nameOf, type Pause, type PauseLine, type Trouble } from './evidence.ts';

/** From the listeners' files; being frozen is no pause. */
export function pausesOfNodes(lines: readonly PauseLine[], troubles: readonly Trouble[]): Pause[] {
  const freezes = troubles.filter(({ kind }) => kind === 'freeze');
  return lines.flatMap((line) => {
    const pause = { of: nameOf(line.node), fromMs: line.atMs - line.pauseMs, untilMs: line.atMs };
    const isFrozen = freezes.some(({ node, ...freeze }) => node === pause.of && overlapMs(freeze, pause) > 0);
    return isFrozen ? [] : [pause];
  });
}

interface Span {
  fromMs: number;
  untilMs: number;
}

/** How long any of them was under way within a time, in milliseconds; what is under way together counts once. */
export function coveredMs(spans: readonly Span[], within: Span): number {
  let coveredUntilMs = within.fromMs;
  let totalMs = 0;
  for (const { fromMs, untilMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const endMs = Math.min(untilMs, within.untilMs);
    totalMs += Math.max(0, endMs - Math.max(fromMs, coveredUntilMs));
    coveredUntilMs = Math.max(coveredUntilMs, endMs);
  }
  return totalMs;
}

/** Not positive when they do not meet. */
export function overlapMs(a: Span, b: Span): number {
  return Math.min(a.untilMs, b.untilMs) - Math.max(a.fromMs, b.fromMs);
}
