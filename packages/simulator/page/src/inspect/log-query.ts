/** Which records somebody looks for: `method:chat.postMessage team:Acme -ok:true words`. Every field of a record is a term. */
import type { LogRecord } from '../../../src/log/log-record.ts';

interface Term {
  /** Undefined: anywhere in the record. */
  name: string | undefined;
  value: string;
  isWanted: boolean;
}

/** @param teamNames By id: a team is found by its name as well. */
export function logFilter(query: string, teamNames: ReadonlyMap<string, string>): (record: LogRecord) => boolean {
  const terms = query.match(/"[^"]*"|\S+/g)?.map(termOf) ?? [];
  return (record) => terms.every((term) => fits(record, term, teamNames) === term.isWanted);
}

function termOf(word: string): Term {
  const isWanted = !/^-./.test(word);
  const bare = isWanted ? word : word.slice(1);
  const [, name, value] = /^([a-z]\w*):(.+)$/i.exec(bare) ?? [];
  return { name, value: (value ?? bare).replaceAll('"', '').toLowerCase(), isWanted };
}

function fits(record: LogRecord, { name, value }: Term, teamNames: ReadonlyMap<string, string>): boolean {
  if (name === undefined) return JSON.stringify(record).toLowerCase().includes(value);
  const found = (record as unknown as Record<string, unknown>)[name];
  if (found === undefined) return value === 'none';
  const words = [
    String(found as string | number | boolean),
    ...(name === 'team' ? [teamNames.get(record.team ?? '') ?? ''] : []),
  ];
  // A list means any of them; a star stands for any letters.
  return value.split(',').some((one) => words.some((word) => isLike(word.toLowerCase(), one)));
}

function isLike(word: string, pattern: string): boolean {
  if (!pattern.includes('*')) return word === pattern || (pattern.length > 2 && word.includes(pattern));
  const parts = pattern.split('*');
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (word.startsWith(part) ? 0 : -1) : word.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return parts.at(-1) === '' || word.endsWith(parts.at(-1) ?? '');
}
