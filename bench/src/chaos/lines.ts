/** The lines that a listener writes, and how its answers in the channel look. Both sides of both, so that they agree. */
import type { Answer, Line, PauseLine } from './evidence.ts';

/** One line of a listener's file. Words of no field hold spaces. */
export function formatLine(line: Line | PauseLine): string {
  const { what, node, atMs } = line;
  if (what === 'pause') return [what, node, atMs, line.pauseMs].join(' ');
  const { team } = line;
  const rest = what === 'hook' ? [line.hook] : [line.eventId, line.number, line.attempt];
  return [what, node, atMs, team, ...rest].join(' ');
}

/** @throws Error for a line that no listener wrote */
export function parseLine(text: string): Line | PauseLine {
  const hook = /^hook (\S+) (\d+) (\S+) (\w+)$/.exec(text);
  if (hook) {
    const [, node = '', atMs, team = '', name = ''] = hook;
    return { what: 'hook', node, atMs: Number(atMs), team, hook: name };
  }
  const pause = /^pause (\S+) (\d+) (\d+)$/.exec(text);
  if (pause) {
    const [, node = '', atMs, pauseMs] = pause;
    return { what: 'pause', node, atMs: Number(atMs), pauseMs: Number(pauseMs) };
  }
  const [, what, node, atMs, team, eventId, number, attempt] =
    /^(begin|end) (\S+) (\d+) (\S+) (\S+) (\d+) (\d+)$/.exec(text) ?? [];
  if (node === undefined || team === undefined || eventId === undefined)
    throw new Error(`Not a line of a listener: ${text}`);
  const facts = { node, atMs: Number(atMs), team, eventId, number: Number(number), attempt: Number(attempt) };
  return { what: what === 'begin' ? 'begin' : 'end', ...facts };
}

/** What a person writes. @param bot Whom it mentions */
export function messageText(number: number, bot?: string): string {
  return bot === undefined ? `m${number}` : `<@${bot}> m${number}`;
}

/** Of a person's message; undefined for any other text. */
export function numberIn(text: string): number | undefined {
  const [, number] = /^(?:\w+: )?(?:<@\w+> )?m(\d+)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** What the bot answers. */
export function answerText({ number, node, attempt }: Pick<Answer, 'number' | 'node' | 'attempt'>): string {
  return `re m${number} ${node} ${attempt}`;
}

/** Undefined for what is no answer. @param ts Of the message, which is when Slack took it */
export function parseAnswer({ team, ts, text }: { team: string; ts: string; text: string }): Answer | undefined {
  const [, number, node, attempt] = /^re m(\d+) (\S+) (\d+)$/.exec(text) ?? [];
  if (node === undefined) return undefined;
  return { team, number: Number(number), node, attempt: Number(attempt), atMs: Math.floor(Number(ts) * 1_000) };
}
