/** One line of the log, in words. */
import type { LogRecord } from '../log/log-record.ts';

/** How a line is marked: every colour has a word and a sign beside it. */
export type Tone = 'good' | 'bad' | 'plain';

/** A record for the eye. */
export interface LogLine {
  time: string;
  tone: Tone;
  sign: string;
  title: string;
  /** The name of the workspace, or nothing. */
  where: string;
  detail: string;
}

export function logLine(record: LogRecord, where: string): LogLine {
  const time = new Date(record.atMs).toISOString().slice(11, 19);
  return { time, where, ...describe(record) };
}

function describe(record: LogRecord): Omit<LogLine, 'time' | 'where'> {
  const { kind, text = '' } = record;
  switch (kind) {
    case 'request':
      return outcome(record.ok === true, record.method ?? '', record.error ?? `HTTP ${record.status}`);
    case 'request_held':
      return { tone: 'plain', sign: '…', title: record.method ?? '', detail: 'not answered yet' };
    case 'oauth':
      return outcome(record.ok !== false, 'OAuth page', record.error ?? text);
    case 'socket_open':
      return outcome(record.ok !== false, 'socket opened', record.error ?? record.socket ?? '');
    case 'socket_close':
      return {
        tone: 'bad',
        sign: '✕',
        title: 'socket closed',
        detail: `${record.socket}, ${record.code}, by the ${record.by}`,
      };
    case 'frame_in':
      return { tone: 'plain', sign: '→', title: `bot: ${record.frame ?? 'frame'}`, detail: text };
    case 'frame_out':
      return { tone: 'plain', sign: '←', title: `to bot: ${record.frame ?? 'event'}`, detail: text };
    case 'message':
      return { tone: 'plain', sign: '✎', title: 'message', detail: text };
    case 'delivery':
      return outcome(record.ok === true, `delivery: ${record.event ?? ''}`, record.error ?? `HTTP ${record.status}`);
    case 'fault':
      return { tone: 'bad', sign: '⚡', title: `fault: ${record.fault}`, detail: text };
    case 'clock':
      return { tone: 'plain', sign: '⏱', title: 'clock', detail: text };
    default:
      return { tone: 'plain', sign: '·', title: kind satisfies never, detail: text };
  }
}

function outcome(isGood: boolean, title: string, detail: string): Omit<LogLine, 'time' | 'where'> {
  return isGood ? { tone: 'good', sign: '✓', title, detail: 'ok' } : { tone: 'bad', sign: '✕', title, detail };
}
