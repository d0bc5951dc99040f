/** `/_sim/pictures`: fetches a picture from elsewhere, when a person clicked its placeholder. The page itself may ask nobody but the simulator. */
import { Hono } from 'hono';
import { z } from 'zod';
import { systemClock } from '../clock/clock.ts';
import { SimulatorError } from '../errors.ts';
import { errorAnswer, readJson } from '../http/http-json.ts';

export const pictureBody = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(3_000) });

/** Slack's own limit for pictures in messages is 10 MB. */
const MOST_BYTES = 10 * 1024 * 1024;
/** How long anybody looks at a placeholder, in ms of real time. */
const PATIENCE_MS = 10_000;
const PICTURE = /^image\/(png|jpeg|gif|webp|avif|svg\+xml|bmp|x-icon|vnd\.microsoft\.icon)\b/;

/** The route below `/_sim`. */
export function pictureRoutes(): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  // By POST: no other site's page can make it ask, see origin-guard.ts.
  routes.post('/pictures', async (c) => {
    const { url } = await readJson(c, pictureBody);
    const { type, content } = await fetchPicture(url);
    return c.body(content, 200, {
      'content-type': type,
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });
  return routes;
}

async function fetchPicture(url: string): Promise<{ type: string; content: Uint8Array<ArrayBuffer> }> {
  const patience = new AbortController();
  const timer = systemClock.after(PATIENCE_MS, () => patience.abort());
  try {
    const response = await fetch(url, { signal: patience.signal, headers: { accept: 'image/*' } });
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok || !PICTURE.test(type)) {
      await response.body?.cancel();
      throw refused(
        url,
        response.ok ? `it is ${type || 'of no type'}, not a picture` : `it answered ${response.status}`,
      );
    }
    return { type, content: await bytesOf(response, url) };
  } catch (error) {
    if (error instanceof SimulatorError) throw error;
    throw refused(url, patience.signal.aborted ? 'it took too long' : 'nobody answered');
  } finally {
    timer.cancel();
  }
}

async function bytesOf(response: Response, url: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw refused(url, `it has more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function refused(url: string, why: string): SimulatorError {
  return new SimulatorError('invalid_input', `No picture from ${new URL(url).host}: ${why}`);
}
