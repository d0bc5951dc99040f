/**
 * Standard input of an agent, a message of the protocol on each line: one that is too long takes no memory. It is left out while it
 * comes, and told when it is over, so that the messages around it are answered. The same is in the simulator, which imports nothing of ours.
 */
import { Transform, type TransformCallback } from 'node:stream';

/** As much as a body of the admin API may have; the longest call that makes sense is a page of an import, in bytes. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Of a line that is too long so much of its ends is kept, for its id, in bytes. */
const KEPT_BYTES = 256;
const NEWLINE = 0x0a;

/** Of a message. */
export type MessageId = string | number;

export interface MessageLinesOptions {
  /** Is told of each that is left out; its id, where it stands at one of the ends of the line. */
  readonly onTooLong: (id: MessageId | undefined) => void;
  /** Whether a whole line is passed on; who says no has answered it. @defaultValue every one is */
  readonly takes?: (line: string) => boolean;
  /** @defaultValue MAX_MESSAGE_BYTES */
  maxBytes?: number;
}

/** Passes on whole lines. */
export class MessageLines extends Transform {
  readonly #onTooLong: MessageLinesOptions['onTooLong'];
  readonly #takes: (line: string) => boolean;
  readonly #maxBytes: number;
  /** Of the line that is coming, in the order in which they came; nothing once it is too long. */
  #parts: Buffer[] = [];
  #bytes = 0;
  #head = '';
  #tail = '';

  constructor({ onTooLong, takes = () => true, maxBytes = MAX_MESSAGE_BYTES }: MessageLinesOptions) {
    super();
    this.#onTooLong = onTooLong;
    this.#takes = takes;
    this.#maxBytes = maxBytes;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#take(chunk.subarray(from, end + 1));
      this.#endLine();
      from = end + 1;
    }
    this.#take(chunk.subarray(from));
    done();
  }

  override _flush(done: TransformCallback): void {
    // Who ends without a newline has sent a line all the same.
    if (this.#bytes > 0) this.#take(Buffer.of(NEWLINE));
    this.#endLine();
    done();
  }

  #take(part: Buffer): void {
    const wasTooLong = this.#isTooLong;
    this.#bytes += part.byteLength;
    if (!this.#isTooLong) {
      if (part.byteLength > 0) this.#parts.push(part);
      return;
    }
    if (!wasTooLong) {
      const [first = part] = this.#parts;
      this.#head = first.toString('latin1', 0, KEPT_BYTES);
      this.#parts = [];
    }
    this.#tail = (this.#tail + part.toString('latin1', Math.max(0, part.byteLength - KEPT_BYTES))).slice(-KEPT_BYTES);
  }

  get #isTooLong(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  #endLine(): void {
    if (this.#isTooLong) this.#onTooLong(idIn(this.#head, this.#tail));
    else if (this.#bytes > 0) this.#pass(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#bytes = 0;
    this.#head = '';
    this.#tail = '';
  }

  #pass(line: Buffer): void {
    if (this.#takes(line.toString())) this.push(line);
  }
}

const ID = String.raw`"id"\s*:\s*(-?\d{1,15}|"[^"\\]{0,100}")`;
/** First, or behind the version of the protocol. */
const AT_HEAD = new RegExp(String.raw`^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?${ID}\s*,`);
/** Last: between it and the end of the line there is the brace of the message alone, so that no id of something inside is meant. */
const AT_TAIL = new RegExp(String.raw`,\s*${ID}\s*\}\s*$`);

function idIn(head: string, tail: string): MessageId | undefined {
  const found = (AT_HEAD.exec(head) ?? AT_TAIL.exec(tail))?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as MessageId);
}
