/** The document is made of the list, says all of it, and passes a linter. */
import { createConfig, lintFromString, stringifyYaml } from '@redocly/openapi-core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { operations } from '../../operations/operations.ts';
import { routeOf } from '../route.ts';
import { createDocument } from './document.ts';

const documentOf = (list: readonly Operation[]) => createDocument(list.map(routeOf), '1.2.3');

it('passes the linter', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // It is served where it is true.
      'no-server-example.com': 'off',
      // Logging in needs no login.
      'security-defined': 'error',
    },
  });
  const problems = await lintFromString({ source: stringifyYaml(documentOf(operations)), config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
});

it('has each operation once, at its place', () => {
  const { paths } = documentOf(operations);
  for (const operation of operations) {
    const { path, method } = routeOf(operation);
    expect(paths[path]?.[method.toLowerCase()]).toMatchObject({
      operationId: operation.name,
      summary: operation.summary,
    });
  }
});

const jobsRun = defineOperation({
  name: 'jobs.run',
  role: 'operate',
  summary: 'for this test',
  input: z.strictObject({
    jobId: z.string().meta({ description: 'Which.', examples: ['daily'] }),
    reason: z.string().optional(),
    retry: z.boolean().default(false),
  }),
  output: z.object({ slot: z.iso.datetime() }),
  progress: z.object({ done: z.int() }),
  errors: ['data_conflict'],
  run: () => Promise.resolve({ slot: '' }),
});

it('says of a new operation what it takes and answers, and which problems it has', () => {
  const { paths } = documentOf([jobsRun]);
  const post = paths['/api/jobs/{jobId}/run']?.post as Record<string, unknown>;
  expect(post).toMatchObject({
    security: [{ bearer: [] }, { session: [], csrf: [] }],
    parameters: [
      {
        name: 'jobId',
        in: 'path',
        required: true,
        schema: { type: 'string', examples: ['daily'] },
        description: 'Which.',
      },
    ],
    requestBody: {
      required: false,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: { reason: { type: 'string' }, retry: { type: 'boolean', default: false } },
            additionalProperties: false,
          },
        },
      },
    },
  });
  expect(Object.keys(post.responses as object)).toEqual(
    expect.arrayContaining(['200', '400', '401', '403', '409', '413', '415', '422', '429', '500', '503']),
  );
  expect(post.responses).toMatchObject({
    200: {
      content: {
        'application/json': { example: { slot: '2026-11-18T11:06:40.000Z' } },
        'application/x-ndjson': {
          schema: { oneOf: [{ required: ['progress'] }, { required: ['result'] }, { required: ['problem'] }] },
        },
      },
    },
    409: {
      content: { 'application/problem+json': { examples: { data_conflict: { value: { code: 'data_conflict' } } } } },
    },
  });
});

it('has an example of each input that fields can be made of, which the operation accepts', () => {
  const { paths } = documentOf(operations);
  const replay = paths['/api/events/replay']?.post;
  // Nothing named would not be accepted: one of the ways is.
  expect(replay).toMatchObject({
    requestBody: { content: { 'application/json': { example: { eventId: 'Ev0ACME0001' } } } },
  });
});
