/** Reads `GET /_sim/stream` until it ends: server-sent events to log records. */
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { SimulatorError } from '../errors.ts';
import type { LogRecord } from '../log/log-record.ts';

/** From where, and how. */
export interface FollowOptions {
  /** Ends it. */
  signal: AbortSignal;
  /** The certificate to trust besides the known ones. */
  ca?: string | Buffer | undefined;
}

/**
 * The records of a stream, as they happen. Ends when the signal or the simulator ends it.
 * @throws SimulatorError `simulator_unreachable`, `invalid_input`
 */
export async function* followLog(url: string, options: FollowOptions): AsyncGenerator<LogRecord> {
  const response = await open(url, options);
  if (response === undefined) return;
  response.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      const events = (rest + chunk).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const data = /^event: record\ndata: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) yield JSON.parse(data) as LogRecord;
      }
    }
  } catch (error) {
    // A simulator that stops cuts its streams; that is an end like any other.
    if (!isCut(error)) throw error;
  }
}

function open(url: string, { signal, ca }: FollowOptions): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? secureRequest(url, { signal, ca }) : plainRequest(url, { signal });
    request.on('response', (response) => {
      if (response.statusCode === 200) resolve(response);
      else {
        response.resume();
        reject(new SimulatorError('invalid_input', `The stream was refused with ${response.statusCode ?? 0}`));
      }
    });
    request.on('error', (cause) => {
      if (signal.aborted) resolve(undefined);
      else reject(new SimulatorError('simulator_unreachable', `No answer from ${new URL(url).origin}`, { cause }));
    });
    request.end();
  });
}

function isCut(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ABORT_ERR' || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
