/**
 * One request to `/_sim` and its answer. By node:http and not by fetch: a test asks hundreds of times, and fetch takes twice the
 * processor for it; with a certificate fetch would trust only the known ones.
 */
import { Agent, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { SimulatorError } from '../errors.ts';

/** What is asked. */
export interface ControlRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON; nothing for GET and DELETE. */
  body?: unknown;
  /** The certificate to trust besides the known ones, in PEM form. */
  ca?: string | Buffer | undefined;
}

/** What came back. */
export interface ControlAnswer {
  status: number;
  /** Undefined when it is no JSON. */
  body: unknown;
}

/** Connections stay open between two questions, and keep no process alive. */
const agent = new Agent({ keepAlive: true });

/** @throws SimulatorError `simulator_unreachable` */
export async function exchange(url: string, request: ControlRequest): Promise<ControlAnswer> {
  try {
    const { status, text } = await send(url, request);
    return { status, body: parsed(text) };
  } catch (cause) {
    throw new SimulatorError('simulator_unreachable', `No answer from ${new URL(url).origin}`, { cause });
  }
}

function send(url: string, asked: ControlRequest): Promise<{ status: number; text: string }> {
  const { method, body, ca } = asked;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const isSecure = url.startsWith('https:');
    const options = isSecure ? { method, headers, ca, agent: false } : { method, headers, agent };
    const request = (isSecure ? secureRequest : plainRequest)(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The simulator closed the connection just when it was to be used again: this was not read.
      if (request.reusedSocket && error.code === 'ECONNRESET') resolve(send(url, asked));
      else reject(error);
    });
    request.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
