/** Terminals for tests of what is asked. */
import { PassThrough } from 'node:stream';
import type { Terminal } from './ask.ts';

/** A terminal in which somebody types this. */
export function aTerminal(typed: string, isTTY = true): Terminal {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  input.write(typed);
  return { input, output } as unknown as Terminal;
}
