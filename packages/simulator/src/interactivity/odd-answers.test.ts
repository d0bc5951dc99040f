import fc from 'fast-check';
import { expect, it } from 'vitest';
import { acmeWithApp, aModal, controls } from '../../test/support/people.ts';

const NESTED = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const odd = fc.oneof(
  fc.json(),
  fc.string(),
  fc.constantFrom('', '{', 'null', '[]', '{"view":1}', `{"text":${NESTED}}`, `{"blocks":${NESTED}}`),
  fc
    .record({ response_action: fc.constantFrom('update', 'push', 'errors', 'clear', 1), view: fc.jsonValue() })
    .map((value) => JSON.stringify(value)),
  fc
    .record({ text: fc.jsonValue(), blocks: fc.jsonValue(), attachments: fc.jsonValue() })
    .map((value) => JSON.stringify(value)),
  fc.record({ options: fc.jsonValue(), option_groups: fc.jsonValue() }).map((value) => JSON.stringify(value)),
);

it('stands whatever an app answers to commands, modals and option queries', async () => {
  await using acme = await acmeWithApp({ clock: { mode: 'system' } });
  const { control } = acme.slack;
  const external = { type: 'external_select', action_id: 'city' };
  const blocks = [...controls, { type: 'actions', block_id: 'place', elements: [external] }];
  await acme.ask('chat.postMessage', { channel: '#general', text: 'x', blocks });
  await fc.assert(
    fc.asyncProperty(odd, async (answer) => {
      acme.app.answer = (_arrived, response) => void response.end(answer);
      const slash = await control.act({ kind: 'slash', team: 'Acme', channel: 'general', command: '/stan' });
      await acme.ask('views.open', { trigger_id: slash.triggerId, view: aModal() });
      const submitted = control.act({ kind: 'view_submit', team: 'Acme', values: { name_input: 'x' } });
      const asked = control.act({ kind: 'options', team: 'Acme', channel: 'general', actionId: 'city', value: 'x' });
      expect(await submitted).toHaveProperty('acked');
      expect(await asked).toHaveProperty('acked');
      expect(await control.views()).toBeInstanceOf(Array);
    }),
    { numRuns: 60 },
  );
});

it('stands whatever is posted to a response URL', async () => {
  await using acme = await acmeWithApp();
  const types = ['application/json', 'application/x-www-form-urlencoded', 'text/plain'];
  await fc.assert(
    fc.asyncProperty(odd, fc.constantFrom(...types), async (body, contentType) => {
      const { responseUrl = '' } = await acme.slack.control.act({
        kind: 'slash',
        team: 'Acme',
        channel: 'general',
        command: '/stan',
      });
      const response = await fetch(responseUrl, { method: 'POST', headers: { 'content-type': contentType }, body });
      expect(response.status).toBe(200);
      expect(await response.json()).toHaveProperty('ok');
    }),
    { numRuns: 60 },
  );
  const huge = 'x'.repeat(10_000_000);
  const { responseUrl = '' } = await acme.slack.control.act({
    kind: 'slash',
    team: 'Acme',
    channel: 'general',
    command: '/stan',
  });
  expect((await fetch(responseUrl, { method: 'POST', body: huge })).status).toBe(413);
});
