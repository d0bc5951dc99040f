/** Compares an answer of the API with its document. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import type { OpenApiDocument } from './openapi/document.ts';

interface Media {
  schema: object;
}

interface DocumentedAnswer {
  headers?: Record<string, unknown>;
  content?: Record<string, Media>;
}

interface DocumentedOperation {
  responses: Record<string, DocumentedAnswer>;
}

interface Checked {
  method: string;
  path: string;
  answer: { status: number; headers: Headers; text: string; body: unknown };
}

/** What every answer has, wherever it comes from. */
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** Fails unless the answer is one that the document tells of. */
export function checkAnswer(document: OpenApiDocument, { method, path, answer }: Checked): void {
  const { status, headers, text, body } = answer;
  const what = `${method} ${path} → ${status}`;
  for (const [name, value] of Object.entries(ALWAYS)) expect([what, headers.get(name)]).toEqual([what, value]);
  expect([what, headers.get('x-request-id')]).toEqual([what, expect.stringMatching(/^[\w.:-]{1,64}$/)]);
  expect([what, text]).not.toEqual([what, expect.stringMatching(/\bat [^"]{0,200}(\.[cm]?[jt]s:\d|node:)|"stack"/)]);
  if (method === 'HEAD' || method === 'OPTIONS') return;
  const operation = operationAt(document, method, new URL(path, 'http://api').pathname);
  const documented = operation?.responses[status] ?? problemAnywhere(status);
  expect([what, documented !== undefined]).toEqual([what, true]);
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (!documented?.content) return expect([what, text]).toEqual([what, '']);
  const media = documented.content[type];
  expect([what, type, media !== undefined]).toEqual([what, type, true]);
  if (body === undefined || !media) return;
  const validate = validatorOf(document, media.schema);
  expect([what, validate(body) ? null : [validate.errors, body]]).toEqual([what, null]);
}

/** What is at no path, or has no such method, stands at no operation. */
function problemAnywhere(status: number): DocumentedAnswer | undefined {
  if (status !== 404 && status !== 405 && status !== 401 && status !== 403) return undefined;
  return { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}

function operationAt({ paths }: OpenApiDocument, method: string, pathname: string): DocumentedOperation | undefined {
  const fitting = Object.keys(paths).filter((path) =>
    new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
  // Where a word and an id both fit, the word is meant.
  const [path = ''] = fitting.toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')));
  return paths[path]?.[method.toLowerCase()] as DocumentedOperation | undefined;
}

const validators = new WeakMap<object, ValidateFunction>();

function validatorOf({ components }: OpenApiDocument, schema: object): ValidateFunction {
  const known = validators.get(schema);
  if (known) return known;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile({ ...schema, components });
  validators.set(schema, validate);
  return validate;
}
