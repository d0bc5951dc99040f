/** Warnings of an answer: what Slack took, but would rather have had otherwise. */
import type { IncomingMessage } from 'node:http';
import { isObject } from '../content/block-kit/rules.ts';
import { hasBody } from '../http/body.ts';
import type { Answer } from '../wire/answer.ts';

/**
 * `missing_charset` for JSON and plain text without a charset, `superfluous_charset` for forms with one.
 * (https://docs.slack.dev/apis/web-api, section "Warnings"; slack-api-ref, methods/_errors/common.json)
 */
export function charsetWarnings(request: IncomingMessage): readonly string[] {
  const contentType = request.headers['content-type'];
  if (request.method !== 'POST' || contentType === undefined || !hasBody(request)) return [];
  const hasCharset = /;\s*charset=/i.test(contentType);
  const isForm = /^\s*(multipart\/form-data|application\/x-www-form-urlencoded)/i.test(contentType);
  if (isForm) return hasCharset ? ['superfluous_charset'] : [];
  return hasCharset ? [] : ['missing_charset'];
}

/** The answer with these warnings besides its own. */
export function withWarnings(answer: Answer, warnings: readonly string[]): Answer {
  if (warnings.length === 0) return answer;
  const metadata = isObject(answer.response_metadata) ? answer.response_metadata : {};
  const own: unknown[] = Array.isArray(metadata.warnings) ? metadata.warnings : [];
  const all = [...own, ...warnings];
  return { ...answer, warning: all.join(','), response_metadata: { ...metadata, warnings: all } };
}
