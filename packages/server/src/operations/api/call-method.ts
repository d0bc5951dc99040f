/** Any method of the Web API, with the token of one team's bot. */
import { z } from 'zod';
import { readableValue } from '../events/event-payload.ts';
import { next, teamId } from '../fields.ts';
import { defineOperation } from '../operation.ts';

/** Longer names are a mistake; Slack's longest has 58. */
const MAX_METHOD = 100;
/** Fields of a call at most, and characters of the name of one. */
const MAX_ARGS = 100;

const args = z
  .record(
    z.string().regex(/^\w{1,64}$/, 'must be names of 1 to 64 letters, digits and _'),
    z.unknown(),
    'must be an object of fields',
  )
  .refine((fields) => Object.keys(fields).length <= MAX_ARGS, `must have at most ${MAX_ARGS} fields`)
  .refine((fields) => !('token' in fields), 'must not have a token: that of the team is used');

export const callMethod = defineOperation({
  name: 'api.call',
  path: 'teams/{teamId}/call',
  role: 'operate',
  summary: 'call a method of the Web API with the token of a team',
  undo: 'that depends on the method: what it did in Slack stays done',
  // As `say` that Slack refuses: who looks for what failed finds both.
  auditedError: ({ ok }) => (ok ? undefined : 'slack_refused'),
  input: z.strictObject({
    teamId,
    method: z
      .string('must be a string')
      .max(MAX_METHOD, 'must be a method, for example chat.postMessage')
      .regex(/^[a-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)+$/, 'must be a method, for example chat.postMessage'),
    args: args.default({}).describe('Values that are not strings are sent as JSON.'),
  }),
  output: z.object({
    teamId: z.string(),
    method: z.string(),
    ok: z.boolean(),
    error: z.string().nullable().describe("Slack's code."),
    answer: z.record(z.string(), z.unknown()).describe("Slack's answer, without secrets."),
    next,
  }),
  errors: [
    'installation_not_found',
    'installation_not_active',
    'team_row_changed',
    'token_expired',
    'rate_limited',
    'slack_unreachable',
    'sealed_value_unreadable',
  ],
  async run({ callAsTeam }, { teamId: asked, method, args: given }) {
    const body = await callAsTeam(asked, method, given);
    const answer = readableValue(body) as Record<string, unknown>;
    const ok = body.ok === true;
    const error = typeof answer.error === 'string' ? answer.error : null;
    return { teamId: asked, method, ok, error, answer, next: ok ? DONE : REFUSED };
  },
});

const DONE = 'nothing: Slack has answered';
const REFUSED = 'nothing: Slack refused it';
