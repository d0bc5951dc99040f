import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, installedSimulator } from '../../../test/support/slack.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator();
});
afterAll(() => slack.stop());

const validate = (fields: Record<string, unknown>) => {
  const texts = Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]);
  return call(slack, 'blocks.validate', slack.acme.botToken, Object.fromEntries(texts) as Record<string, string>);
};
const alert = { type: 'alert', text: { type: 'mrkdwn', text: 'Careful' } };

it('blocks.validate says what chat.postMessage would say, and knows where blocks may be', async () => {
  expect(await validate({ blocks: [{ type: 'divider' }] })).toEqual({ ok: true });
  expect(await validate({ view: { type: 'modal', blocks: [alert] } })).toEqual({ ok: true });
  const refused = await validate({ message: { blocks: [alert] } });
  expect(refused).toMatchObject({ error: 'invalid_blocks', response_metadata: { messages: [expect.any(String)] } });
  const posted = { channel: '#general', text: 'x', blocks: JSON.stringify([alert]) };
  expect(await call(slack, 'chat.postMessage', slack.acme.botToken, posted)).toMatchObject({
    error: 'invalid_blocks',
    response_metadata: refused.response_metadata,
  });
  expect(await validate({ view: { type: 'home' } })).toMatchObject({ error: 'invalid_view' });
  expect(await validate({})).toMatchObject({ error: 'invalid_arguments' });
});
