/** Moves tokens that live for ever to token rotation, beside a running server or without one. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { adviceOfRefusal } from '../../installation/exchange-refusal.ts';
import { isoTime, next, server, teamId, time, wholeNumber } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { type ActingServer, actingServer, findOwner } from '../owner.ts';
import { countToExchange, type ExchangedToken, exchangeTokens as runExchange } from './exchange-run.ts';
import { requireTeam } from './find-team.ts';

const exchangedToken = z.object({
  installation: z.string(),
  token: z.enum(['bot', 'user']),
  userId: z.string().nullable(),
  outcome: z.enum(['exchanged', 'rotates', 'gone', 'replaced', 'refused', 'unreadable']),
  slackError: z.string().nullable(),
  advice: z.string().nullable().default(null).describe('What helps after a refusal.'),
  expires: time.nullable(),
});

const progress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), done: z.int(), total: z.int(), token: exchangedToken }),
  z.object({ kind: z.literal('delay'), why: z.enum(['limited', 'no_answer', 'not_stored']), waitMs: z.number() }),
]);

export type ExchangedRow = z.output<typeof exchangedToken>;

/** What is told of a run that is under way. */
export type ExchangeProgress = z.output<typeof progress>;

/** The signal of the call ends it after the token that is under way; what is left says how much there still is. */
export const exchangeTokens = defineOperation({
  name: 'teams.exchange',
  role: 'operate',
  summary: 'exchange tokens that never expire for rotating ones, once token rotation is on for the app',
  undo: 'it cannot be undone: Slack ends the old tokens; installing again gives new ones',
  auditedResult: ({ tokens, left }) => ({ ...countsOf(tokens), left }),
  auditedError: ({ stopped }) => (stopped ? 'interrupted' : undefined),
  input: z
    .strictObject({
      teamId: teamId.optional(),
      all: z.literal(true, 'must be true or absent').optional().describe('The tokens of all active teams.'),
      // 50 is what Slack allows for methods of its tier 3; 100 each second is more than it answers.
      perMinute: wholeNumber(1, 6_000).default(50).describe('Tokens per minute at most.'),
    })
    .refine(
      (input) => (input.teamId === undefined) === (input.all === true),
      'either teamId or all is required, not both',
    ),
  output: z.object({
    tokens: z.array(exchangedToken),
    left: z.int().describe('Tokens that still do not rotate.'),
    stopped: z.boolean().describe('Whether it was ended early.'),
    server,
    next,
  }),
  progress,
  errors: [
    'installation_not_found',
    'installation_not_active',
    'invalid_configuration',
    'exchange_refused',
    'slack_unreachable',
  ],
  async run(context, { teamId: asked, perMinute }) {
    const key = asked === undefined ? undefined : await keyOfActive(context, asked);
    const { tokens, stopped } = await exchangeEach(context, { key, perMinute });
    const left = await countToExchange(context, key);
    const acting = key === undefined ? await actingServer(context) : ((await findOwner(context, key))?.pid ?? null);
    const isAny = tokens.some(({ outcome }) => outcome === 'exchanged');
    return { tokens, left, stopped, server: acting, next: wordsOf(isAny, acting) };
  },
});

async function exchangeEach(
  context: RunContext<z.output<typeof progress>>,
  { key, perMinute }: { key: string | undefined; perMinute: number },
): Promise<{ tokens: ExchangedRow[]; stopped: boolean }> {
  const { signal, onProgress } = context;
  const total = await countToExchange(context, key);
  const tokens: ExchangedRow[] = [];
  const onDelay = (delay: { why: 'limited' | 'no_answer' | 'not_stored'; waitMs: number }) =>
    onProgress({ kind: 'delay', ...delay });
  try {
    for await (const exchanged of runExchange(context, { key, perMinute, signal, onDelay })) {
      const token = rowOf(exchanged);
      tokens.push(token);
      onProgress({ kind: 'token', done: tokens.length, total, token });
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    return { tokens, stopped: true };
  }
  return { tokens, stopped: false };
}

function countsOf(tokens: readonly ExchangedRow[]): { exchanged: number; failed: number } {
  const exchanged = tokens.filter(({ outcome }) => outcome === 'exchanged').length;
  const failed = tokens.filter(({ outcome }) => outcome === 'refused' || outcome === 'unreadable').length;
  return { exchanged, failed };
}

async function keyOfActive(context: RunContext, teamId: string): Promise<string> {
  const { key, state } = (await requireTeam(context, teamId)).installation;
  if (state.kind === 'active') return key;
  throw new BotServerError('installation_not_active', `Team ${teamId} is ${state.kind}`, { facts: { teamId } });
}

function rowOf({ key, kind, userId, outcome }: ExchangedToken): ExchangedRow {
  return {
    installation: key,
    token: kind,
    userId: userId || null,
    outcome: outcome.kind,
    slackError: outcome.kind === 'refused' ? outcome.slackError : null,
    advice: outcome.kind === 'refused' ? adviceOfRefusal(outcome.slackError) : null,
    expires: outcome.kind === 'exchanged' ? isoTime(outcome.expiresAtMs) : null,
  };
}

function wordsOf(isAny: boolean, acting: ActingServer): string {
  if (!isAny) return 'nothing: no token was exchanged';
  if (acting === null) return 'no server is running: start one within twelve hours, it keeps the new tokens alive';
  return `${acting === 'several' ? 'every server' : 'the running server'} uses the new tokens within a second`;
}
