import { expect, it } from 'vitest';
import { wantsLines } from './answer-lines.ts';

it.each([
  ['application/x-ndjson', true],
  ['application/ndjson', true],
  ['application/json, Application/X-NDJSON; q=0.5', true],
  ['application/x-ndjson;q=0.001', true],
  ['application/x-ndjson;q=0, application/json', false],
  ['application/x-ndjson; charset=utf-8; Q=0.000', false],
  ['application/x-ndjson-else', false],
  ['application/json', false],
  ['*/*', false],
  ['', false],
])('who accepts %j gets lines: %s', (accept, isLines) => {
  expect(wantsLines(new Request('http://api/', { headers: { accept } }))).toBe(isLines);
});
