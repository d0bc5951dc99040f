/** What an operator asks while events arrive, and how it is asked. Data. */

/** One way to ask. */
export interface Question {
  /** As the report names it. */
  name: string;
  operation: string;
  input: Readonly<Record<string, unknown>>;
}

/** One run of questions. */
export interface Asking {
  durationMs: number;
  /** Between an answer and the next question, in milliseconds. */
  pauseMs: number;
  questions: readonly Question[];
}

/** How long each answer took, in milliseconds, by the question's name. */
export interface Asked {
  timesMs: Record<string, number[]>;
  /** Answers that were errors. */
  failed: string[];
}

const teams = (name: string, query: string, operation = 'teams.list'): Question => ({
  name,
  operation,
  input: { query },
});
const events = (name: string, query: string, operation = 'events.list'): Question => ({
  name,
  operation,
  input: { query },
});

/** Those of a page, of a person who looks for something, and the worst that a query can be: one that nothing matches. */
export const questions: readonly Question[] = [
  teams('teams: first page', ''),
  {
    name: 'teams: page in the middle',
    operation: 'teams.list',
    input: { cursor: Buffer.from(JSON.stringify(['T0BENCH050000', 'T0BENCH050000'])).toString('base64url') },
  },
  teams('teams: filter, some match', 'status:inactive reason:token_revoked since:7d'),
  teams('teams: filter, none match', 'status:inactive reason:nothing'),
  teams('teams: filter, a negated one', '-status:active since:1h'),
  teams('teams: search, one matches', '"bench 77777"'),
  teams('teams: search, none match', 'nobody'),
  teams('teams: search and filter', 'status:inactive bench'),
  teams('teams: counts', '', 'teams.count'),
  teams('teams: counts of a filter', 'status:inactive', 'teams.count'),
  { name: 'team: with its timeline', operation: 'teams.show', input: { teamId: 'T0BENCH050000' } },
  events('events: first page', ''),
  events('events: filter, some match', 'status:failed channel:C0BENCH000001 since:1d'),
  events('events: filter, none match', 'status:failed error:nothing'),
  events('events: payloads, none match', 'status:failed user:UNOBODY'),
  events('events: a link', 'https://bench.slack.com/archives/C0BENCH000001/p1795000000000001'),
  events('events: done ones of a team', 'status:done team:T0BENCH000007'),
  events('events: groups', '', 'events.groups'),
];
