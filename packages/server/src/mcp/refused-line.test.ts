import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, it } from 'vitest';
import { refusalOfLine } from './refused-line.ts';

const refused = (line: string) => {
  const answer = refusalOfLine(line, (value) => JSONRPCMessageSchema.safeParse(value).success);
  return answer && [answer.error.code, answer.id];
};

it.each([
  ['not json', -32_700, null],
  ['{"jsonrpc":"2.0","id":1', -32_700, null],
  ['[]', -32_600, null],
  ['null', -32_600, null],
  ['"ping"', -32_600, null],
  ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32_600, null],
  ['{"id":"a","method":"ping"}', -32_600, 'a'],
  ['{"jsonrpc":"1.0","id":7,"method":"ping"}', -32_600, 7],
  ['{"jsonrpc":"2.0","id":{"no":1},"method":"ping"}', -32_600, null],
  ['{"jsonrpc":"1.0","id":1,"result":{}}', -32_600, null],
])('a line that is no message is refused with the code of JSON-RPC: %s', (line, code, id) => {
  expect(refused(line)).toEqual([code, id]);
});

it.each([
  '{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n',
  '{"jsonrpc":"2.0","method":"notifications/initialized"}',
  '{"jsonrpc":"2.0","id":1,"result":{}}',
  ' \r\n',
])('a message, and a line without anything, is not: %j', (line) => {
  expect(refused(line)).toBeUndefined();
});
