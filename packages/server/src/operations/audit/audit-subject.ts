/** What a row of the audit is about beside a team, in words: the job, the node, the replay, the events. Pure. */
import type { AuditFacts } from './audit-facts.ts';

/** Fields of inputs that name what is changed, with the word for each, in the order in which they are read. */
const NAMES: Readonly<Record<string, string>> = {
  job: 'job',
  node: 'node',
  replay: 'replay',
  broadcast: 'broadcast',
  eventId: 'event',
  method: 'method',
  channel: 'channel',
  type: 'type',
  error: 'error',
  since: 'since',
  until: 'until',
  search: 'search',
  where: 'where',
  lines: 'lines',
  from: 'from',
  to: 'to',
  orElse: 'or else',
  file: 'file',
  by: 'by',
};

/** `job digest`, `event Ev0ACME0001`, `tokens file /root/acme.json`; null when the input names nothing but a team. */
export function auditSubject(input: AuditFacts): string | null {
  const named = Object.entries(NAMES).flatMap(([field, word]) => {
    const value = input[field];
    return typeof value === 'string' || typeof value === 'number' ? [`${word} ${value}`] : [];
  });
  if (input.all === true) named.push('all');
  if (input.tokens === true) named.unshift('tokens');
  return named.length === 0 ? null : named.join(' ');
}
