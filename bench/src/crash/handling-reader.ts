/** Reads what the listener wrote, while it is still written. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Handling } from './verdict.ts';

const CHUNK_BYTES = 1 << 16;

export class HandlingReader {
  readonly handlings: Handling[] = [];
  readonly ended = new Set<string>();
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);
  #rest = '';

  /** The file is made when it is missing. */
  constructor(path: string) {
    this.#fd = openSync(path, 'a+', 0o600);
  }

  /** Takes in what is new. */
  read(): void {
    for (;;) {
      const bytes = readSync(this.#fd, this.#buffer, 0, CHUNK_BYTES, null);
      if (bytes === 0) return;
      const lines = (this.#rest + this.#buffer.toString('latin1', 0, bytes)).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#note(parseHandling(line));
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #note(handling: Handling): void {
    this.handlings.push(handling);
    if (handling.what === 'end') this.ended.add(handling.eventId);
  }
}

/** @throws Error for a line that no listener wrote */
export function parseHandling(line: string): Handling {
  const [, eventId, attempt, what, atMs] = /^(\S+) (\S+) (begin|end) (\d+)$/.exec(line) ?? [];
  if (eventId === undefined || (what !== 'begin' && what !== 'end'))
    throw new Error(`Not a line of a listener: ${line}`);
  return { eventId, attempt: Number(attempt), what, atMs: Number(atMs) };
}
