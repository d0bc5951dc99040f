/** What is made of Slack's refusal to tell about a conversation. */
import { expect, it } from 'vitest';
import { openOperations } from '../operations.test-kit.ts';
import { askSlack } from './ask-slack.ts';

it.each([
  ['account_inactive', { isMember: undefined, verdict: 'removed' }],
  ['org_login_required', { isMember: undefined, verdict: 'suspended' }],
  ['channel_not_found', { isMember: false, verdict: undefined }],
  ['missing_scope', { isMember: undefined, verdict: undefined }],
])('%s is kept with what it says of the installation', async (error, says) => {
  const { context } = await openOperations('sqlite');
  const askAsTeam = () => Promise.resolve({ ok: false, error });
  const said = await askSlack({ ...context, askAsTeam }, { teamId: 'T1', channel: 'C1' });
  expect(said).toMatchObject({ refused: error, ...says });
});
