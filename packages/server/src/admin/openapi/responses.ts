/** The answers of a route in the document: what the operation answers, and a problem for each status that its codes have. */
import { z } from 'zod';
import { type ErrorCode, errorFixes } from '../../errors.ts';
import { commonErrors } from '../../operations/operation.ts';
import { LINES_TYPE } from '../answer-lines.ts';
import { PROBLEM_TYPE, type Problem } from '../problem.ts';
import { statusOf } from '../problem-status.ts';
import type { JsonSchema, Route } from '../route.ts';
import { exampleOf } from './example.ts';

/** A schema as it stands in a document: without what only a schema of its own has. */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io });
  return json;
}

/** Codes that each route may answer, beside those of what it does. */
const GATE_CODES = ['unauthorized', 'forbidden', 'too_many_attempts', 'server_stopped', 'unexpected'] as const;
const BODY_CODES = ['body_too_large', 'media_type_unsupported'] as const;

/** All answers of a route, by status. */
export function responsesOf({ operation, method }: Route): Record<string, object> {
  const { output, progress, errors, needsStoppedServer } = operation;
  const codes: ErrorCode[] = [
    ...commonErrors,
    ...errors,
    ...(method === 'POST' ? BODY_CODES : []),
    ...(needsStoppedServer ? (['store_locked'] as const) : []),
  ];
  return {
    200: {
      description: 'What the operation answers.',
      headers: commonHeaders,
      content: {
        'application/json': mediaOf(output),
        ...(progress && { [LINES_TYPE]: { schema: linesOf(output, progress) } }),
      },
    },
    ...problemsOf(codes),
  };
}

/** What comes with each answer. */
export const commonHeaders = {
  'x-request-id': { description: 'Names the request in the log.', schema: { type: 'string' } },
} as const;

/** A schema with an example that it accepts. */
export function mediaOf(schema: z.ZodType): object {
  const json = schemaOf(schema, 'output');
  const example = exampleOf(schema, json);
  return { schema: json, ...(example !== undefined && { example }) };
}

/** The problems of these codes, and of the gate, by status. */
export function problemsOf(codes: readonly ErrorCode[]): Record<string, object> {
  const byStatus = new Map<number, Set<ErrorCode>>();
  for (const code of [...codes, ...GATE_CODES]) {
    const status = statusOf(code);
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries([...byStatus].map(([status, known]) => [status, problemResponse(status, [...known])]));
}

function problemResponse(status: number, codes: readonly ErrorCode[]): object {
  return {
    description: codes.join(', '),
    headers: commonHeaders,
    content: {
      [PROBLEM_TYPE]: {
        schema: {
          allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { type: 'string', enum: codes } } }],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code, status) }])),
      },
    },
  };
}

function problemExample(code: ErrorCode, status: number): Problem {
  const fix = errorFixes[code];
  const requestId = '5f0c0d0e-0000-4000-8000-000000000000';
  return {
    type: 'about:blank',
    title: code,
    status,
    detail: 'What happened.',
    code,
    fix,
    requestId,
    facts: {},
    causes: [],
  };
}

/** What each line is, of an answer in lines. */
function linesOf(output: z.ZodType, progress: z.ZodType): JsonSchema {
  return {
    description: 'One JSON object in each line: steps as they come, then the result, or the problem that ended it.',
    oneOf: [
      lineOf('progress', schemaOf(progress, 'output')),
      lineOf('result', schemaOf(output, 'output')),
      lineOf('problem', { $ref: '#/components/schemas/Problem' }),
    ],
  };
}

function lineOf(name: string, schema: JsonSchema): JsonSchema {
  return { type: 'object', properties: { [name]: schema }, required: [name], additionalProperties: false };
}
