/** The events of the stream: their names, and what their data is. */
import { z } from 'zod';
import { auditRow } from '../../operations/audit/audit-row.ts';
import { teamRow } from '../../operations/teams/team-row.ts';

const node = z.string().describe('The process that reports this.');

/** By name; the description says when it comes. */
export const streamEvents = {
  hello: z.object({ node }).describe('the begin of a stream'),
  reset: z.object({ why: z.string() }).describe('what came before is not known: read everything again'),
  team: z
    .object({ installation: z.string(), teams: z.array(teamRow) })
    .describe('the row of an installation changed: its teams as they are now'),
  purged: z.object({ installation: z.string() }).describe('an installation was deleted'),
  connection: z
    .object({
      node,
      teamId: z.string().nullable().describe('Null: of the app, which all teams share (Socket Mode).'),
      state: z.enum(['starting', 'started', 'reconnecting', 'gap', 'stopping', 'stopped']),
      reason: z.string().nullable(),
    })
    .describe('a connection began, answered, broke or ended'),
  audit: auditRow.describe('an operator began to change something, or that ended: by whichever server or command'),
  incident: z.object({ node, isOn: z.boolean() }).describe('many installations failed at once, or answer again'),
  error: z
    .object({ node, teamId: z.string().nullable(), where: z.string(), code: z.string(), message: z.string() })
    .describe('a listener, a job, a hook or a connection failed'),
} as const;

export type StreamEventName = keyof typeof streamEvents;

/** What an event of this name carries. */
export type StreamData<Name extends StreamEventName> = z.output<(typeof streamEvents)[Name]>;
