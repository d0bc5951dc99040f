/** Turns a request into arguments, with Slack's refusals for bodies that it would not read. */
import type { IncomingMessage } from 'node:http';
import { type Body, hasBody } from '../http/body.ts';
import { readForm } from '../http/multipart.ts';
import { isRefusal, type Refusal, refuse, refuseArgument } from '../wire/answer.ts';
import type { RawArguments } from '../wire/arguments.ts';
import { parseJson } from '../wire/json-text.ts';

const CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'iso-8859-1', 'us-ascii']);
/** Beyond this a name is a mistake. Slack documents "very long names" without a number. */
const MAX_NAME_LENGTH = 255;

/** The arguments of query string and body together; the body wins. */
export async function requestArguments(
  request: IncomingMessage,
  query: URLSearchParams,
  body: Body,
): Promise<RawArguments | Refusal> {
  const args: RawArguments = {};
  const wrongInQuery = query.size > 0 ? collect(args, query.entries()) : undefined;
  if (wrongInQuery) return wrongInQuery;
  // Slack stopped taking tokens from the query string: they end up in logs. (https://docs.slack.dev/apis/web-api)
  delete args.token;
  if (request.method !== 'POST' || body.kind !== 'read' || !hasBody(request)) return args;
  const fromBody = await bodyArguments(request.headers['content-type'], body.bytes);
  return isRefusal(fromBody) ? fromBody : Object.assign(args, fromBody);
}

async function bodyArguments(contentType: string | undefined, bytes: Buffer): Promise<RawArguments | Refusal> {
  if (contentType === undefined) return refuse('missing_post_type');
  const [type = ''] = contentType.split(';', 1);
  const charset = /charset="?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset !== undefined && !CHARSETS.has(charset)) return refuse('invalid_charset');
  const decode = () => (charset === 'iso-8859-1' ? bytes.toString('latin1') : bytes.toString('utf8'));
  switch (type.trim().toLowerCase()) {
    case 'application/json':
      return jsonArguments(decode());
    case 'application/x-www-form-urlencoded':
      return formArguments(decode());
    case 'multipart/form-data':
      return multipartArguments(contentType, bytes);
    case 'text/plain': {
      const text = decode();
      return text.trimStart().startsWith('{') ? jsonArguments(text) : formArguments(text);
    }
    default:
      return refuse('invalid_post_type');
  }
}

function jsonArguments(text: string): RawArguments | Refusal {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return refuse('invalid_json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('json_not_object');
  const args: RawArguments = Object.create(null);
  // With a JSON body the token must be in the header. (https://docs.slack.dev/changelog/2017-10-keeping-up-with-the-jsons)
  return collect(args, Object.entries({ ...value, token: undefined })) ?? args;
}

function formArguments(text: string): RawArguments | Refusal {
  const args: RawArguments = Object.create(null);
  return collect(args, new URLSearchParams(text).entries()) ?? args;
}

async function multipartArguments(contentType: string, bytes: Buffer): Promise<RawArguments | Refusal> {
  try {
    const form = await readForm(contentType, bytes);
    const fields = [...form].map(async ([name, value]) => [name, await contentOf(value)] as const);
    const args: RawArguments = Object.create(null);
    return collect(args, await Promise.all(fields)) ?? args;
  } catch {
    return refuse('invalid_form_data');
  }
}

/** A text as it is, a file as its bytes. */
async function contentOf(value: string | Blob): Promise<string | Uint8Array> {
  return typeof value === 'string' ? value : new Uint8Array(await value.arrayBuffer());
}

/** Adds the pairs; the first wrong name is the refusal. */
function collect(args: RawArguments, pairs: Iterable<readonly [string, unknown]>): Refusal | undefined {
  for (const [name, value] of pairs) {
    if (name.endsWith('[]'))
      return refuseArgument('invalid_array_arg', `unexpected array: ${name.slice(0, MAX_NAME_LENGTH)}`);
    if (!/^\w+$/.test(name) || name.length > MAX_NAME_LENGTH) {
      return refuseArgument('invalid_arg_name', `invalid name: ${name.slice(0, MAX_NAME_LENGTH)}`);
    }
    if (name !== '__proto__') args[name] = value;
  }
  return undefined;
}
