/**
 * How a visit to Slack's page ended. Rendered as a page and stored under the state's hash, so that a reload shows the
 * first result: holds no token, no code and no state.
 */
import { z } from 'zod';

const teamFacts = { teamId: z.string(), teamName: z.string().nullable() };
/** `isOrgWide`: the team is a whole organization. */
const installedFacts = { ...teamFacts, isOrgWide: z.boolean().optional() };
const slackError = { slackError: z.string() };

const installResultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('installed'), ...installedFacts }),
  z.object({ kind: z.literal('reinstalled'), ...installedFacts }),
  z.object({ kind: z.literal('reactivated'), ...installedFacts }),
  /** The person pressed Cancel on Slack's page. */
  z.object({ kind: z.literal('cancelled') }),
  z.object({ kind: z.literal('state_forged') }),
  z.object({ kind: z.literal('state_expired') }),
  z.object({ kind: z.literal('state_foreign') }),
  /** Slack sent the person back with neither a code nor an error: an admin of the workspace must approve first. */
  z.object({ kind: z.literal('code_missing') }),
  /** Slack no longer takes the code: used, expired, or of another app. */
  z.object({ kind: z.literal('code_rejected'), ...slackError }),
  /** The `installing` hook said no. `wasInstalled`: an earlier installation goes on unchanged. */
  z.object({
    kind: z.literal('refused'),
    ...teamFacts,
    message: z.string().nullable(),
    wasInstalled: z.boolean(),
  }),
  z.object({ kind: z.literal('grant_incomplete'), missing: z.enum(['bot', 'team']) }),
  /** Installed in a whole organization, which classic apps and RTM have no bots for. */
  z.object({ kind: z.literal('org_wide') }),
  /** Slack granted a token and refused it at once. */
  z.object({ kind: z.literal('token_dead'), ...teamFacts, ...slackError }),
  /** The token belongs to another team than the grant says. */
  z.object({ kind: z.literal('wrong_team') }),
  /** The token belongs to another Slack app than this server serves. */
  z.object({ kind: z.literal('wrong_app') }),
  z.object({ kind: z.literal('slack_error'), ...slackError }),
  z.object({ kind: z.literal('slack_unreachable') }),
  /** `isCodeSpent` false: the same address may be opened again. */
  z.object({ kind: z.literal('store_unavailable'), isCodeSpent: z.boolean() }),
  /** The database takes everything but something in this permission. */
  z.object({ kind: z.literal('value_refused') }),
  /** An earlier request with the same state has not finished. */
  z.object({ kind: z.literal('in_progress') }),
  /** Too many at once, by one address or in all. The code was not used: the same address may be opened again. */
  z.object({ kind: z.literal('too_many'), retryAfterMs: z.number() }),
  z.object({ kind: z.literal('unexpected') }),
]);

/** The outcome of `complete()`: everything that can happen is a value, so that each has a page of its own. */
export type InstallResult = z.infer<typeof installResultSchema>;

/** Every kind of result. */
export type InstallResultKind = InstallResult['kind'];

/** Reads a stored result; undefined when it was written by a version with other words. */
export function parseInstallResult(stored: unknown): InstallResult | undefined {
  return installResultSchema.safeParse(stored).data;
}
