/** Asks an app whether a request URL is its own. (https://docs.slack.dev/reference/events/url_verification) */
import { type Clock, stopwatch } from '../clock/clock.ts';
import { ACK_LIMIT_MS } from '../deliveries/delivery.ts';
import type { App } from '../workspace/model.ts';
import { seconds } from '../workspace/slack-shapes.ts';
import type { HttpPoster, PostOutcome } from './http-post.ts';
import { signatureHeaders } from './signature.ts';

/** What came of it. `error` is a retry reason of Slack's, or `challenge_failed` for an answer without the challenge. */
export interface UrlVerification {
  url: string;
  ok: boolean;
  status?: number | undefined;
  error?: string | undefined;
  durationMs: number;
}

/** Posts a signed challenge, which must come back within 3 s as plain text, as a form field or as JSON. */
export async function verifyUrl(
  tools: { clock: Clock; poster: HttpPoster },
  app: App,
  { url, challenge }: { url: string; challenge: string },
): Promise<UrlVerification> {
  const startedAt = stopwatch();
  const body = JSON.stringify({ token: app.verificationToken, challenge, type: 'url_verification' });
  const timestampSeconds = seconds(tools.clock.now());
  const headers = {
    'content-type': 'application/json',
    ...signatureHeaders({ signingSecret: app.signingSecret, body, timestampSeconds }),
  };
  const posted = await tools.poster.post({ url, headers, body, limitMs: ACK_LIMIT_MS });
  const error = errorIn(posted, challenge);
  return {
    url,
    ok: error === undefined,
    status: posted.kind === 'answered' ? posted.status : undefined,
    error,
    durationMs: Math.round(stopwatch() - startedAt),
  };
}

function errorIn(posted: PostOutcome, challenge: string): string | undefined {
  if (posted.kind === 'failed') return posted.error;
  if (posted.status < 200 || posted.status > 299) return 'http_error';
  return challengeIn(posted.text, posted.headers['content-type'] ?? '') === challenge ? undefined : 'challenge_failed';
}

/** By content type; without a known one by its looks, because frameworks name many. */
function challengeIn(text: string, contentType: string): string | undefined {
  if (contentType.includes('json') || text.trimStart().startsWith('{')) {
    try {
      const { challenge } = (JSON.parse(text) ?? {}) as { challenge?: unknown };
      return typeof challenge === 'string' ? challenge : undefined;
    } catch {
      return undefined;
    }
  }
  return text.startsWith('challenge=') ? (new URLSearchParams(text).get('challenge') ?? undefined) : text.trim();
}
