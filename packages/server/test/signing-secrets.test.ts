/** A signing secret is rotated: both are taken, and the log says which one Slack uses. Issue 10, entry 19. */
import { expect, it } from 'vitest';
import { openHttpScene, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { answerHi } from './scene.test-kit.ts';

const NEW_SECRET = 'fedcba98765432100123456789abcdef';

it('requests signed with the old of two secrets are answered, and the log says which it was, once', async () => {
  const { scene } = await openHttpScene({
    slackSigningSecret: `${NEW_SECRET},${SIGNING_SECRET}`,
    setUp: answerHi,
  });
  await scene.greet('Acme');
  await scene.greet('Acme');
  const told = scene.logLines.filter((line) => line.includes('SLACK_SIGNING_SECRET has two secrets'));
  expect(told.map((line) => JSON.parse(line) as object)).toMatchObject([{ secret: 2, of: 2 }]);
  expect(told.join('')).not.toContain(SIGNING_SECRET);
});

it('a secret that is regenerated at Slack while both are set costs no event, and the log says when the old one can go', async () => {
  const { scene, appId } = await openHttpScene({
    slackSigningSecret: `${NEW_SECRET},${SIGNING_SECRET}`,
    setUp: answerHi,
  });
  await scene.greet('Acme');
  await scene.slack.updateApp(appId, { signingSecret: NEW_SECRET });
  await scene.greet('Acme');
  const told = scene.logLines.filter((line) => line.includes('SLACK_SIGNING_SECRET has two secrets'));
  expect(told.map((line) => JSON.parse(line) as object)).toMatchObject([
    { secret: 2, of: 2 },
    { secret: 1, of: 2 },
  ]);
  const deliveries = await scene.slack.deliveries();
  expect(new Set(deliveries.map(({ status }) => status))).toEqual(new Set([200]));
});
