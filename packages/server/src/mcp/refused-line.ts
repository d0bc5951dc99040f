/**
 * What is answered to a line of an agent that is no message: without an answer, who sends one and waits for its answer waits for ever.
 * The same is in the simulator, which imports nothing of ours.
 * (https://www.jsonrpc.org/specification#error_object)
 */
import type { MessageId } from './message-lines.ts';

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;

/** An error that belongs to no request that was understood. */
export interface RefusedLine {
  jsonrpc: '2.0';
  /** Null where it is not known. */
  id: MessageId | null;
  error: { code: number; message: string };
}

/**
 * Undefined for a message of the protocol, and for an empty line, which nobody waits for.
 * @param isMessage The protocol's own opinion of what was parsed.
 */
export function refusalOfLine(line: string, isMessage: (value: unknown) => boolean): RefusedLine | undefined {
  if (line.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refusal(null, PARSE_ERROR, 'The line is not JSON: send one JSON-RPC 2.0 message per line');
  }
  if (isMessage(value)) return undefined;
  return refusal(idOf(value), INVALID_REQUEST, 'The line is JSON, but not a JSON-RPC 2.0 message');
}

/** Of a message that is too long to be read. */
export function tooLongAnswer(id: MessageId | undefined, maxBytes: number): RefusedLine {
  const message = `The message has more than ${maxBytes} bytes and was not read: send less at once`;
  return refusal(id ?? null, INVALID_REQUEST, message);
}

function refusal(id: MessageId | null, code: number, message: string): RefusedLine {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

/** What is no request but an answer has the id of a question of ours: an error with it would answer one of theirs. */
function idOf(value: unknown): MessageId | null {
  if (typeof value !== 'object' || value === null || 'result' in value || 'error' in value || !('id' in value))
    return null;
  return typeof value.id === 'string' || typeof value.id === 'number' ? value.id : null;
}
