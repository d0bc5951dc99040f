/**
 * Removes a team with everything that is stored of it, if the bot agrees: the server that owns it asks the hooks `purging`, which know
 * what the team still means elsewhere (a subscription, a contract). teams.purge asks nobody.
 */
import { z } from 'zod';
import type { Version } from '../../team/installation.ts';
import { REMOVAL_REFUSED } from '../../team/removal-repository.ts';
import { next, server, teamId as teamIdField } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { findOwner } from '../owner.ts';
import { pollRows } from '../polling.ts';
import { notFound, requireWhole } from './find-team.ts';
import { teamSnapshot } from './team-snapshot.ts';

/** How long it waits for the hooks of the running server, in milliseconds: one may take 10 s. */
const ANSWER_WAIT_MS = 15_000;

const status = z
  .enum(['removed', 'kept', 'waiting'])
  .describe('Kept: a hook refused, or the team installed the app again; waiting: the hooks were not asked yet.');

export const removeTeam = defineOperation({
  name: 'teams.remove',
  role: 'operate',
  summary:
    'delete a team with everything that is stored of it, active or not, unless a purging hook of the bot keeps it',
  undo: 'it cannot be undone: what was stored of the team is gone',
  snapshot: teamSnapshot,
  input: z.strictObject({ teamId: teamIdField }),
  output: z.object({
    teamId: z.string(),
    status,
    why: z.string().nullable().describe('What the hook said that keeps it.'),
    server,
    next,
  }),
  errors: ['installation_not_found'],
  auditedError: ({ status: of }) => (of === 'kept' ? 'team_kept' : undefined),
  async run(context, { teamId }) {
    const { installations } = context;
    const { key, version } = (await requireWhole(context, teamId)).installation;
    if (!(await installations.askRemoval(key))) throw notFound(teamId);
    const pid = (await findOwner(context, key))?.pid ?? null;
    const outcome = pid === null ? WAITING : await outcomeOf(context, { key, version });
    return { teamId, ...outcome, server: pid, next: wordsOf(outcome.status, pid) };
  },
});

type Outcome = { status: z.output<typeof status>; why: string | null };

const WAITING: Outcome = { status: 'waiting', why: null };

async function outcomeOf(context: RunContext, { key, version }: { key: string; version: Version }): Promise<Outcome> {
  const { installations } = context;
  const view = await pollRows(context, {
    read: () => installations.find(key),
    isEnough: (found) => !found?.installation.isToBeRemoved,
    limitMs: ANSWER_WAIT_MS,
  });
  if (!view) return { status: 'removed', why: null };
  if (view.installation.isToBeRemoved) return WAITING;
  if (view.installation.version.install !== version.install)
    return { status: 'kept', why: 'it installed the app again' };
  const refused = (await installations.timeline(key)).find(({ kind }) => kind === REMOVAL_REFUSED);
  const why = refused?.facts.why;
  return { status: 'kept', why: typeof why === 'string' ? why : HOOK_FAILED };
}

/** Why a team is kept where the hook threw. */
export const HOOK_FAILED = 'a hook failed: see the log of the server';

function wordsOf(outcome: Outcome['status'], pid: number | 'unknown' | null): string {
  if (outcome === 'removed') return 'when it installs the app again it is a new team';
  if (outcome === 'kept') return 'nothing was deleted; teams.purge asks no hook, of an inactive team';
  if (pid === null) return 'no server is running; the next one asks the hooks';
  return 'the hooks have not answered yet; the server goes on, and the timeline of the team says what came of it';
}
