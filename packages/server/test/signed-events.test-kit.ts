/** Events as Slack posts them, for tests that send to several servers by themselves and want to know what each has answered. */
import { createHmac } from 'node:crypto';
import { SIGNING_SECRET } from './http-scene.test-kit.ts';

/** A message in a channel; the order of its conversation is that of `nth`. */
export function aMessage({ id, team, appId, nth }: { id: string; team: string; appId: string; nth: number }): object {
  const ts = `1795000000.${String(nth).padStart(6, '0')}`;
  return {
    type: 'event_callback',
    event_id: id,
    team_id: team,
    api_app_id: appId,
    event: { type: 'message', channel: 'C1', channel_type: 'channel', user: 'UANN', text: 'hi', ts, event_ts: ts },
  };
}

/** The status of the answer; undefined without one. */
export async function postSigned(url: string, body: object): Promise<number | undefined> {
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const digest = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${text}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
  };
  const answer = await fetch(new URL('/slack/events', url), { method: 'POST', headers, body: text }).catch(() => {});
  return answer?.status;
}
