/**
 * Standard output for a process that must outlive it: a reader that went away, a full disk or a reader that reads no more
 * cost log lines and nothing else. They are counted, and told when lines go through again.
 */
import type { Writable } from 'node:stream';

/** So much may wait for a slow reader, in bytes; after it lines are dropped instead of memory being filled. */
const MAX_WAITING_BYTES = 4 * 1_024 * 1_024;

/** Lines of a log may be dropped, what a command prints may not. */
export class StandardOutput {
  readonly #open: () => Writable;
  #opened: Writable | undefined;
  #lost = 0;
  #tell: (lines: number) => void = () => {};
  /** Why the first write that failed did; what came after it may be there, and is not the whole. */
  failure: NodeJS.ErrnoException | undefined;

  /** @param open Answers the stream; asked once, at the first use. */
  constructor(open: () => Writable = () => process.stdout) {
    this.#open = open;
  }

  /** Says who writes the line about lines that were lost. */
  onLost(tell: (lines: number) => void): void {
    this.#tell = tell;
  }

  /** Writes a line of a log, or counts it as lost. Never throws. */
  write(line: string): void {
    if (this.stream.writableLength > MAX_WAITING_BYTES) this.#lost++;
    else this.#send(line, () => this.#lost++);
  }

  /** Writes what a command prints. Never throws; `failure` says what became of it. */
  print(text: string): void {
    this.#send(text, () => {});
  }

  /** Resolves when everything was written or refused: a reader that does not read makes it wait for ever. */
  flushed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.stream.write('', () => resolve());
    return promise;
  }

  get stream(): Writable {
    if (this.#opened) return this.#opened;
    this.#opened = this.#open();
    // Without a listener the error would end the process. Ours hear of it by their callbacks, and others write here, too (the protocol of agents).
    this.#opened.on('error', (error: NodeJS.ErrnoException) => (this.failure ??= error));
    return this.#opened;
  }

  #send(text: string, onFailure: () => void): void {
    this.stream.write(text, (error) => {
      if (error) this.failure ??= error;
      if (error) return onFailure();
      if (this.#lost === 0 || this.stream.writableLength > MAX_WAITING_BYTES / 2) return;
      const lines = this.#lost;
      this.#lost = 0;
      this.#tell(lines);
    });
  }
}

/** The one of this process. */
export const standardOutput = new StandardOutput();
