/** Events as Slack posts them, all different and all of one length, and what proves that Slack sent them. Pure. */
import { createHmac } from 'node:crypto';

/** What one event says. */
export interface EventFacts {
  /** The same fact has the same id, however often it is posted. */
  eventId: string;
  teamId: string;
  channel: string;
  /** Its place in the run; becomes the message's timestamp. */
  number: number;
}

/** How many teams and conversations there are; events go round all of them. */
export interface Spread {
  teams: number;
  channelsPerTeam: number;
}

/** Redelivery, as Slack says it. */
export interface Redelivery {
  num: number;
  reason: string;
}

/** About the size of a message event of Slack's with its blocks. */
const BODY_BYTES = 1_600;
const ID_DIGITS = 6;

/** The team ids of a run; all have one length. */
export function teamIdOf(index: number): string {
  return `T0BENCH${String(index).padStart(ID_DIGITS, '0')}`;
}

/** The n-th event: teams take turns, and then their channels. `random` is 12 hexadecimal digits. */
export function nthEvent(number: number, random: string, { teams, channelsPerTeam }: Spread): EventFacts {
  const channel = Math.floor(number / teams) % channelsPerTeam;
  return {
    eventId: `Ev${random}`,
    teamId: teamIdOf(number % teams),
    channel: `C0BENCH${String(channel).padStart(ID_DIGITS, '0')}`,
    number,
  };
}

/** The body as JSON: ASCII, always of the same length. */
export function bodyOf(facts: EventFacts, nowSeconds: number): string {
  const text = bodyWith(facts, nowSeconds, '');
  return bodyWith(facts, nowSeconds, 'x'.repeat(Math.max(0, Math.floor((BODY_BYTES - text.length) / 2))));
}

function bodyWith({ eventId, teamId, channel, number }: EventFacts, nowSeconds: number, filler: string): string {
  const ts = `${nowSeconds}.${String(number % 1_000_000).padStart(6, '0')}`;
  const text = `hello ${filler}`;
  return JSON.stringify({
    token: 'bench-verification',
    team_id: teamId,
    context_team_id: teamId,
    context_enterprise_id: null,
    api_app_id: 'A0BENCH001',
    event: {
      type: 'message',
      user: 'U0ANN00001',
      client_msg_id: '6f6f9ac6-5d7c-4b52-8f3a-3c1f6ad5a001',
      text,
      ts,
      team: teamId,
      channel,
      event_ts: ts,
      channel_type: 'channel',
      blocks: [
        {
          type: 'rich_text',
          block_id: 'b1',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
        },
      ],
    },
    type: 'event_callback',
    event_id: eventId,
    event_time: nowSeconds,
    authorizations: [
      { enterprise_id: null, team_id: teamId, user_id: 'U0BOT00001', is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: `4-bench-${eventId}`,
  });
}

/** The headers that come with a body. */
export function headersOf(
  body: string,
  { secret, nowSeconds, redelivery }: { secret: string; nowSeconds: number; redelivery?: Redelivery | undefined },
): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${nowSeconds}:${body}`).digest('hex');
  return {
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    accept: '*/*',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-slack-request-timestamp': String(nowSeconds),
    'x-slack-signature': `v0=${signature}`,
    ...(redelivery
      ? { 'x-slack-retry-num': String(redelivery.num), 'x-slack-retry-reason': redelivery.reason }
      : undefined),
  };
}

/** A whole request as it goes over the wire. */
export function rawRequest(body: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: 'bench.test', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /slack/events HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
