/** A scene in which messages stay unanswered in each of the ways that there are, and `GET /api/why` is asked about them. */
import { createHmac } from 'node:crypto';
import { SIGNING_SECRET } from './http-scene.test-kit.ts';
import type { Scene, StartOptions } from './scene.test-kit.ts';

export const ADMIN_TOKEN = 'test-admin-token-0123456789';

/** What GET /api/why answers, as far as tests look at it. */
export interface Why {
  outcome: string;
  answer: string;
  advice: string | null;
  certainty: string;
  text: string | null;
  teamId: string | null;
  sentences: { text: string; certainty: string; at: string | null }[];
  checks: { check: string; result: string }[];
  events: { eventId: string; outcome: string }[];
  seesBack: { rowsSince: string | null; processes: { node: string; answered: boolean; remembers: number }[] };
}

/** What the listeners of the scenes do, by the first word of a message. */
export const moody =
  (release: Promise<unknown>): NonNullable<StartOptions['setUp']> =>
  ({ bot }) => {
    bot.message(/^hi/, async ({ say }) => void (await say('hello')));
    bot.message(/^lost/, async ({ client }) => {
      await client.chat.postMessage({ channel: 'C0NOWHERE1', text: 'nobody reads this' }).catch(() => {});
    });
    bot.message(/^break/, () => Promise.reject(new Error('the listener broke with xoxb-test-secret')));
    bot.message(/^block/, async () => void (await release));
    bot.message(/^talk/, async ({ say, context }) => {
      await context.stream().append('one ');
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      await say('two').catch(() => {});
    });
  };

/** The link to a message, as "Copy link" of a workspace gives it. */
export function linkTo({ channel, ts }: { channel: string; ts: string }, domain = 'acme'): string {
  return `https://${domain}.slack.com/archives/${channel}/p${ts.replace('.', '')}`;
}

/** Asks a running server. @param url Which one; by default that of the scene */
export async function why(
  scene: Scene,
  about: string,
  query: Record<string, string> = {},
  base = scene.url,
): Promise<Why> {
  const url = `${base}/api/why?${new URLSearchParams({ about, ...query })}`;
  const answer = await scene.during(fetch(url, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }));
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status}: ${body}`);
  return JSON.parse(body) as Why;
}

export interface Posted {
  /** Seconds by which its timestamp is old. @defaultValue 0 */
  oldS?: number;
  secret?: string;
  headers?: Record<string, string>;
}

/** Posts to the request URL, signed as Slack does it. */
export async function post(
  scene: Scene,
  body: object,
  { oldS = 0, secret = SIGNING_SECRET, headers = {} }: Posted = {},
) {
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(scene.clock.now() / 1_000) - oldS);
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${text}`).digest('hex');
  const all = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
    ...headers,
  };
  return (await scene.during(fetch(`${scene.url}/slack/events`, { method: 'POST', headers: all, body: text }))).status;
}

let made = 0;

/** The body of an event as Slack posts it, of a message that nobody else knows. */
export function aMessage(scene: Scene, teamId: string, changes: Record<string, unknown> = {}) {
  const ts = `${Math.floor(scene.clock.now() / 1_000)}.${String(++made).padStart(6, '0')}`;
  const channel = 'C0WHY00001';
  const event = { type: 'message', channel, ts, event_ts: ts, user: 'U0ANN00001', text: 'something private' };
  const body = { type: 'event_callback', team_id: teamId, event_id: `Ev0WHY${made}`, event, ...changes };
  return { body, channel, ts, eventId: `Ev0WHY${made}` };
}
