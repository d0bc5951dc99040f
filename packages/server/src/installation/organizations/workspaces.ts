/** Asks auth.teams.list for the workspaces in which an org-wide token works, page by page. Writes nothing. */

import { z } from 'zod';
import { assertNever } from '../../assert-never.ts';
import type { CallSlack, SlackAnswer } from '../../slack/web-api.ts';
import { idText, nameText } from '../oauth-grant.ts';
import type { WorkspacesAnswer } from './org-access.ts';

export interface ListOptions {
  /** Workspaces per page; Slack allows 1000. @defaultValue 200 */
  pageSize?: number;
}

/** An organization with more than this many pages is none: the cursors lead in a circle. */
const MAX_PAGES = 500;

const page = z.object({
  teams: z.array(z.object({ id: idText, name: nameText })),
  response_metadata: z.object({ next_cursor: z.string().catch('') }).nullish(),
});

/**
 * All workspaces, or why they are not known. A part of them is no answer: who is missing would lose access.
 * Sent as a call: its answers raise doubt about the installation like any other.
 */
export async function listWorkspaces(
  callSlack: CallSlack,
  token: string,
  { pageSize = 200 }: ListOptions = {},
): Promise<WorkspacesAnswer> {
  const workspaces: { teamId: string; name: string | null }[] = [];
  let cursor = '';
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const args = { limit: String(pageSize), ...(cursor === '' ? {} : { cursor }) };
    const answer = await callSlack('auth.teams.list', { token, args, purpose: 'call' });
    if (answer.kind !== 'ok') return unanswered(answer);
    const { data } = page.safeParse(answer.body);
    if (!data) return { kind: 'unanswered', reason: 'malformed_answer', retryAfterMs: 0 };
    workspaces.push(...data.teams.map(({ id, name }) => ({ teamId: id, name: name ?? null })));
    cursor = data.response_metadata?.next_cursor ?? '';
    if (cursor === '') return { kind: 'ok', workspaces };
  }
  return { kind: 'unanswered', reason: 'too_many_pages', retryAfterMs: 0 };
}

function unanswered(answer: Exclude<SlackAnswer, { kind: 'ok' }>): WorkspacesAnswer {
  switch (answer.kind) {
    case 'error':
      return { kind: 'unanswered', reason: answer.code, retryAfterMs: 0 };
    case 'limited':
      return { kind: 'unanswered', reason: 'rate_limited', retryAfterMs: answer.retryAfterMs };
    case 'failed':
    case 'refused':
      return { kind: 'unanswered', reason: answer.reason, retryAfterMs: 0 };
    default:
      return assertNever(answer, 'answer of Slack');
  }
}
