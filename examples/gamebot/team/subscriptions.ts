/** `POST /gamebot/subscriptions`: whoever does the billing says who pays, signed with a secret that only the two of us know. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Server } from 'slack-bot-server';
import { note } from '../store/team-notes.ts';

export const SIGNATURE_HEADER = 'x-gamebot-signature';

/** What is said: `{"team":"T0ACME0001","isSubscribed":true}`. */
interface Notice {
  team: string;
  isSubscribed: boolean;
}

export function addSubscriptions(server: Server, secret: string): void {
  server.route('POST /gamebot/subscriptions', async (request) => {
    const body = await request.text();
    if (!isSigned(body, request.headers.get(SIGNATURE_HEADER) ?? '', secret))
      return new Response(null, { status: 401 });
    const notice = noticeIn(body);
    if (!notice) return new Response('{"team":"T…","isSubscribed":true} is what I take', { status: 422 });
    await note(server, notice.team, () => ({ isSubscribed: notice.isSubscribed }));
    return new Response(null, { status: 204 });
  });
}

/** In hex: HMAC-SHA256 of the body. */
function isSigned(body: string, signature: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function noticeIn(body: string): Notice | undefined {
  try {
    const { team, isSubscribed } = JSON.parse(body) as Partial<Notice>;
    return typeof team === 'string' && /^[TE][A-Z0-9]+$/.test(team) && typeof isSubscribed === 'boolean'
      ? { team, isSubscribed }
      : undefined;
  } catch {
    return undefined;
  }
}
