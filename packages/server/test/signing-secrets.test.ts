/** A signing secret is rotated: both are taken, and the log says which one Slack uses. Issue 10, entry 19. */
import { expect, it } from 'vitest';
import { openHttpScene, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { answerHi } from './scene.test-kit.ts';

it('requests signed with the old of two secrets are answered, and the log says which it was, once', async () => {
  const { scene } = await openHttpScene({
    slackSigningSecret: `fedcba98765432100123456789abcdef,${SIGNING_SECRET}`,
    setUp: answerHi,
  });
  await scene.greet('Acme');
  await scene.greet('Acme');
  const told = scene.logLines.filter((line) => line.includes('SLACK_SIGNING_SECRET has two secrets'));
  expect(told.map((line) => JSON.parse(line) as object)).toMatchObject([{ secret: 2, of: 2 }]);
  expect(told.join('')).not.toContain(SIGNING_SECRET);
});
