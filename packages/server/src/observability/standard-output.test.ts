import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StandardOutput } from './standard-output.ts';

/** A stream that takes what it is given only when told to, or refuses it. */
class Sink extends Writable {
  readonly lines: string[] = [];
  refusal: Error | undefined;
  #waiting: (() => void) | undefined;
  isStuck = false;

  constructor() {
    // Like process.stdout, which an error does not destroy.
    super({ decodeStrings: false, autoDestroy: false });
  }

  override _write(line: string, _encoding: string, done: (error?: Error | null) => void): void {
    const take = () => {
      if (this.refusal === undefined) this.lines.push(line);
      done(this.refusal);
    };
    if (this.isStuck) this.#waiting = take;
    else take();
  }

  goOn(): void {
    this.isStuck = false;
    this.#waiting?.();
  }
}

function outputTo(sink: Writable) {
  const output = new StandardOutput(() => sink);
  const told: number[] = [];
  output.onLost((lines) => told.push(lines));
  return { output, told };
}

describe('standard output', () => {
  it('that nobody reads costs the newest lines, which are counted and told once it is read again', async () => {
    const sink = new Sink();
    const { output, told } = outputTo(sink);
    sink.isStuck = true;
    const line = 'x'.repeat(1_024 * 1_024);
    for (let n = 0; n < 9; n++) output.write(line);
    expect(sink.writableLength).toBeLessThanOrEqual(5 * 1_024 * 1_024);
    expect(told).toEqual([]);
    sink.goOn();
    await output.flushed();
    expect(told).toEqual([4]);
    expect(sink.lines.filter((text) => text === line)).toHaveLength(5);
  });

  it('keeps all that a command prints, however long it waits', async () => {
    const sink = new Sink();
    const { output } = outputTo(sink);
    sink.isStuck = true;
    for (let n = 0; n < 9; n++) output.print('x'.repeat(1_024 * 1_024));
    sink.goOn();
    await output.flushed();
    expect(sink.lines.join('')).toHaveLength(9 * 1_024 * 1_024);
  });

  it('remembers a failure although later lines got through: what was printed is not whole', () => {
    const written: string[] = [];
    let refusal: Error | null = null;
    // As process.stdout into a file, which an error does not end.
    const file = new (class extends Writable {
      override write(text: string, done?: unknown): boolean {
        if (!refusal) written.push(text);
        (done as (error: Error | null) => void)(refusal);
        return true;
      }
    })();
    const { output } = outputTo(file);
    output.print('one');
    refusal = new Error('no room');
    output.print('two');
    refusal = null;
    output.print('three');
    expect([written, output.failure?.message]).toEqual([['one', 'three'], 'no room']);
  });
});
