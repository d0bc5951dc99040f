/** What a Web API method answers: Slack's `ok` object. Refusals are values, not exceptions. */
import type { Json } from '../workspace/slack-shapes.ts';

/** A refusal with one of Slack's error codes, and whatever Slack adds to it. */
export type Refusal = { ok: false; error: string } & Json;

/** What a method gives back. */
export type Answer = ({ ok: true } & Json) | Refusal;

export function refuse(error: string, details: Json = {}): Refusal {
  return { ok: false, error, ...details };
}

/** A refusal that explains an argument, in the form of Slack's own messages. */
export function refuseArgument(error: string, message: string): Refusal {
  return refuse(error, { response_metadata: { messages: [`[ERROR] ${message}`] } });
}

/** Tells a refusal from what was looked for. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false;
}
