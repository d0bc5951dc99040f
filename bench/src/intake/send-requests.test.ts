/** When an answer is complete. */
import { expect, it } from 'vitest';
import { isWhole } from './send-requests.ts';

it.each([
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n', false],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell', false],
  ['HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello', true],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n', false],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', true],
])('knows the end of an answer by its length or its last chunk: %j', (answer, expected) => {
  expect(isWhole(answer)).toBe(expected);
});
