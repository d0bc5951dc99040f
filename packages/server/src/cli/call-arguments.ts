/** `key=value` and `key:=json` of a command line, as fields. */
import { readFileSync } from 'node:fs';
import { BotServerError } from '../errors.ts';

const EXAMPLE = 'For example: channel=C0GENERAL1 text=Hi blocks:=@blocks.json';

const PAIR = /^(\w+)(:?=)([\s\S]*)$/;

/** @throws BotServerError `usage` naming the word that is none of these, or whose JSON cannot be read */
export function callArguments(words: readonly string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const word of words) {
    const [, name = '', sign, text = ''] = PAIR.exec(word) ?? [];
    if (sign === undefined) throw usage(`${shown(word)} must be key=value, or key:=json`);
    if (Object.hasOwn(fields, name)) throw usage(`${name} is given twice`);
    fields[name] = sign === '=' ? text : jsonIn(text, `${name}:=`);
  }
  return fields;
}

/**
 * JSON of a word, or of the file that `@file` names.
 * @param fix How it is given, for example.
 * @throws BotServerError `usage`
 */
export function jsonIn(text: string, what: string, fix = EXAMPLE): unknown {
  const json = text.startsWith('@') ? fileText(text.slice(1), fix) : text;
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw usage(`${what} must be JSON: ${(cause as Error).message}`, fix);
  }
}

function fileText(path: string, fix: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw usage(`${path} cannot be read: ${(cause as Error).message}`, fix);
  }
}

function shown(word: string): string {
  return JSON.stringify(word.length <= 64 ? word : `${word.slice(0, 64)}…`);
}

function usage(message: string, fix = EXAMPLE): BotServerError {
  return new BotServerError('usage', message, { fix });
}
