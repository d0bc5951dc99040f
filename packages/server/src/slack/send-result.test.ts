import { expect, it } from 'vitest';
import { resultOfReply } from './send-result.ts';

it.each([
  ['ok', 200, '{"ok":true,"ts":"1.1"}'],
  ['ok', 200, '{ "ok" : true }\n'],
  ['ok', 200, undefined],
  ['error', 200, '{"ok":false,"error":"not_in_channel"}'],
  ['error', 404, '<html>not found</html>'],
  ['rate_limited', 429, ''],
  ['server_error', 503, '{"ok":true}'],
  ['malformed', 200, '{"ok":tru'],
  ['malformed', 200, '{"ok":true,"message":{"te'],
  ['malformed', 200, '{"ok":false,"err'],
  ['malformed', 200, '<html>Please log in</html>'],
  ['malformed', 200, ''],
])('an answer is %s: %i %s', (result, status, text) => {
  expect(resultOfReply({ response: { status }, text })).toBe(result);
});
