import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FedConnection, feedInPieces } from './small-pieces.ts';

const MIB = 1_048_576;
const TINY_CHUNKS = 8_000;

/** One connection to a real server, and what went through JavaScript on its way to the parser. */
describe('a connection that is fed in pieces', () => {
  let server: Server;
  let client: Socket;
  let fed: FedConnection;
  let serverSocket: Socket;
  /** Bytes that the socket gave as 'data'; node:http's own reading gives none. */
  let seenBytes = 0;
  let answers = '';
  let handle: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    seenBytes = 0;
    answers = '';
    handle = answerLength;
    server = createServer((request, response) => handle(request, response));
    const connected = new Promise<void>((resolve) => {
      server.on('connection', (socket) => {
        serverSocket = socket;
        fed = feedInPieces(socket);
        const emit = socket.emit.bind(socket);
        socket.emit = ((event: string, ...args: unknown[]) => {
          if (event === 'data') seenBytes += (args[0] as Buffer).length;
          return emit(event, ...args);
        }) as Socket['emit'];
        resolve();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.setEncoding('latin1').on('data', (text) => {
      answers += text;
    });
    await connected;
  });

  afterEach(async () => {
    client.destroy();
    serverSocket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is read by node:http again once it is trusted', async () => {
    client.write(post('stranger'));
    await answered(1);
    expect(seenBytes).toBeGreaterThan(0);
    fed.trust();
    const before = seenBytes;
    client.write(post('x'.repeat(MIB)));
    await answered(2);
    expect(answers).toContain(`length ${MIB}`);
    expect(seenBytes).toBe(before);
  });

  it('takes what came while it was given back, in order', async () => {
    client.write(post('one'));
    await answered(1);
    client.write(post('x'.repeat(20_000)) + post('yy'));
    fed.trust();
    client.write(post('zzz'));
    await answered(4);
    expect(answers.match(/length \d+/g)).toEqual(['length 3', 'length 20000', 'length 2', 'length 3']);
  });

  it('is trusted at every request, and nothing is read twice', async () => {
    handle = (request, response) => {
      fed.trust();
      answerLength(request, response);
    };
    for (let n = 1; n <= 20; n++) {
      client.write(post('x'.repeat(n * 1_000)));
      await answered(n);
    }
    expect(answers.match(/length \d+/g)).toEqual(Array.from({ length: 20 }, (_, n) => `length ${(n + 1) * 1_000}`));
  });

  it('still makes a sender wait whose body nobody reads', async () => {
    client.write(post('stranger'));
    await answered(1);
    fed.trust();
    const { promise: held, resolve: hold } = Promise.withResolvers<IncomingMessage>();
    handle = (request) => hold(request.pause());
    const size = 64 * MIB;
    client.write(post('x'.repeat(size)));
    const request = await held;
    await until(() => client.writableLength > 0 && serverSocket.isPaused());
    // Far from all of it was taken; the rest waits at the sender.
    await until(() => request.readableLength > 0);
    expect(serverSocket.bytesRead).toBeLessThan(size / 2);
  });

  it('feeds a stranger one piece in a turn of the event loop', async () => {
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    const tiny = '1\r\nx\r\n'.repeat(TINY_CHUNKS);
    client.write(`POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${tiny}0\r\n\r\n`);
    setImmediate(count);
    await answered(1);
    isOver = true;
    expect(answers).toContain(`length ${TINY_CHUNKS}`);
    expect(turns).toBeGreaterThan((TINY_CHUNKS * 6) / 4_096);
  });

  async function answered(count: number): Promise<void> {
    await until(() => (answers.match(/length \d+/g) ?? []).length >= count);
  }
});

function answerLength(request: IncomingMessage, response: ServerResponse): void {
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
  });
  request.on('end', () => response.end(`length ${length}`));
}

function post(body: string): string {
  return `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
