/** JSON in and out of `/_sim`: bodies and queries by schema, errors by code. */
import type { Context } from 'hono';
import { z } from 'zod';
import { type ErrorCode, isSimulatorError, SimulatorError } from '../errors.ts';

const statusOf: Partial<Record<ErrorCode, 400 | 404 | 409 | 503>> = {
  invalid_input: 400,
  not_found: 404,
  name_taken: 409,
  busy: 503,
};

/**
 * The body as the schema says. It must be sent as JSON: that alone keeps other sites' pages from posting here.
 * @throws SimulatorError `invalid_input`
 */
export async function readJson<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  if (!(c.req.header('content-type') ?? '').toLowerCase().startsWith('application/json')) {
    throw new SimulatorError('invalid_input', 'Send the body as application/json');
  }
  const body = await c.req.json().catch((cause: unknown) => {
    throw new SimulatorError('invalid_input', 'The body is not JSON', { cause });
  });
  return parse(schema, body);
}

/** @throws SimulatorError `invalid_input` */
export function readQuery<Schema extends z.ZodType>(c: Context, schema: Schema): z.output<Schema> {
  return parse(schema, c.req.query());
}

/** `{ error: { code, message } }` with a fitting status. */
export function errorAnswer(c: Context, error: unknown) {
  if (!isSimulatorError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return c.json({ error: { code: 'internal_error', message } }, 500);
  }
  return c.json({ error: { code: error.code, message: error.message } }, statusOf[error.code] ?? 400);
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new SimulatorError('invalid_input', z.prettifyError(result.error).replaceAll('\n', ' '));
}
