/** One request to `/_sim` and its answer. With a certificate of its own node:https asks, because fetch trusts only the known ones. */
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

/** @throws SimulatorError `simulator_unreachable` */
export async function exchange(url: string, request: ControlRequest): Promise<ControlAnswer> {
  try {
    const { status, text } = await (request.ca === undefined ? byFetch(url, request) : byHttps(url, request));
    return { status, body: parsed(text) };
  } catch (cause) {
    throw new SimulatorError('simulator_unreachable', `No answer from ${new URL(url).origin}`, { cause });
  }
}

const JSON_HEADERS = { 'content-type': 'application/json' };

async function byFetch(url: string, { method, body }: ControlRequest): Promise<{ status: number; text: string }> {
  const sent = body === undefined ? {} : { headers: JSON_HEADERS, body: JSON.stringify(body) };
  const response = await fetch(url, { method, ...sent });
  return { status: response.status, text: await response.text() };
}

function byHttps(url: string, { method, body, ca }: ControlRequest): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : JSON_HEADERS;
    const request = secureRequest(url, { method, headers, ca, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
