/** Whose domain is kept, and of which answer. */
import { expect, it } from 'vitest';
import { anInstall, openOperations } from '../operations/operations.test-kit.ts';
import type { ProbeAnswer } from '../slack/signal.ts';
import { identityIn } from './identify.ts';
import { keepDomain } from './keep-domain.ts';

const answer = (body: Record<string, unknown>): ProbeAnswer => ({ kind: 'ok', identity: identityIn(body) });
const OWN = answer({ team_id: 'T1', url: 'https://acme.slack.com/' });

it.each<[string, string | null, ProbeAnswer, string | null]>([
  ['of a team without one', null, OWN, 'acme'],
  ['of a team that has one', 'before', OWN, 'before'],
  ['of a token of another team', null, answer({ team_id: 'T2', url: 'https://globex.slack.com/' }), null],
  ['of a server that names none', null, answer({ team_id: 'T1' }), null],
  ['of a refusal', null, { kind: 'error', code: 'account_inactive' }, null],
])('%s', async (_what, before, said, after) => {
  const { storage } = await openOperations('sqlite');
  const team = { teamId: 'T1', name: 'Acme', domain: before, botUserId: 'U1', botId: 'B1' };
  await storage.installations.recordInstall(anInstall('T1', 'Acme', { team }));
  const view = await storage.installations.findByTeam('T1');
  if (!view) throw new Error('The team is not there');
  const log = { error: (_facts: object, message: string) => expect.fail(message) };
  await keepDomain({ installations: storage.installations, log }, view, said);
  expect((await storage.installations.findByTeam('T1'))?.teams[0]?.domain).toBe(after);
});
