/** What a page answers when its handler threw: a form that cannot be read is the client's fault, the rest is a bug. */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** Gives 400, or what the handler meant, or 500 for a bug, of which `onError` is told. */
export function pageError(c: Context, error: unknown, onError: (error: unknown) => void): Response {
  if (error instanceof HTTPException) return error.getResponse();
  // The parser of forms throws a TypeError for a boundary that is missing or never comes.
  if (error instanceof TypeError && /FormData|form data|multipart/i.test(error.message)) {
    return c.text('That form was not understood.', 400);
  }
  onError(error);
  return c.text('Internal Server Error', 500);
}
