/** The examples of a page in docs/: each a bot file, and the conversation below it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A line of a conversation. */
export interface Line {
  /** `bot`, or a person. */
  who: string;
  /** In #general, in the conversation with the bot, or behind a slash command. */
  where: 'general' | 'direct' | `/${string}`;
  text: string;
}

export interface DocExample {
  code: string;
  lines: Line[];
}

/** The examples of docs/<page>. */
export function examplesOf(page: string): DocExample[] {
  const text = readFileSync(resolve(import.meta.dirname, '../../../docs', page), 'utf8');
  const blocks = text.matchAll(/```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g);
  return Array.from(blocks, ([, code = '', talk = '']) => ({ code, lines: linesOf(talk) }));
}

/** Code that is not followed by a conversation would be neither run nor compiled. */
export function countOfCode(page: string): number {
  return readFileSync(resolve(import.meta.dirname, '../../../docs', page), 'utf8').split('```ts\n').length - 1;
}

function linesOf(talk: string): Line[] {
  const lines: Line[] = [];
  for (const line of talk.trimEnd().split('\n')) {
    const [, who, where = 'general', text = ''] = /^(ann|bob|bot)(?: \((direct|\/\w+)\))?: (.*)$/.exec(line) ?? [];
    const last = lines.at(-1);
    if (who !== undefined) lines.push({ who, where: where as Line['where'], text });
    else if (last) last.text += `\n${line}`;
  }
  return lines;
}
