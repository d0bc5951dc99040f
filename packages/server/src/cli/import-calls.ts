/**
 * Hands the lines of `teams import` to the operation, and what each call needs besides. A dry run on a server takes smaller calls where
 * many earlier lines have to be sent along.
 */
import type { z } from 'zod';
import { isBotServerError } from '../errors.ts';
import { EarlierLines, type NextCall } from '../operations/teams/earlier-lines.ts';
import type { ImportFormat } from '../operations/teams/import-formats/import-format.ts';
import { importTeams } from '../operations/teams/import-teams.ts';
import type { ImportedLine } from '../operations/teams/imported-line.ts';
import { complain } from './output.ts';
import type { Run } from './run.ts';

export interface ImportCallsOptions {
  run: Run;
  /** The lines of earlier calls are known there only if they are sent. */
  isRemote: boolean;
  signal: AbortSignal;
  format?: ImportFormat | undefined;
  force?: boolean | undefined;
  dryRun?: boolean | undefined;
}

interface Lines {
  lines: readonly string[];
  firstLine: number;
}

type Answer = z.output<typeof importTeams.output>;

export class ImportCalls {
  /** Lines whose forecast is of the later ones of those on which they depend. */
  readonly incomplete: number[] = [];
  readonly #options: ImportCallsOptions;
  #format: ImportFormat | undefined;
  #earlier: EarlierLines | undefined;

  constructor(options: ImportCallsOptions) {
    this.#options = options;
    this.#format = options.format;
    if (options.dryRun && options.isRemote) this.#earlier = new EarlierLines(options.format);
  }

  /** The answers to these lines, of one call or several. */
  async *answers({ lines, firstLine }: Lines, onProgress: (line: ImportedLine) => void): AsyncGenerator<Answer> {
    let at = 0;
    while (at < lines.length) {
      const rest = lines.slice(at);
      const call = this.#earlier?.next(rest) ?? { lines: rest, before: [], isComplete: true };
      const page = { lines: call.lines, firstLine: firstLine + at };
      const answer = await this.#ask(page, { ...call, onProgress });
      if (this.#earlier && !call.isComplete) this.incomplete.push(page.firstLine);
      this.#earlier?.add(page.lines, { firstLine: page.firstLine, results: answer.lines });
      this.#learnFormat(answer);
      at += call.lines.length;
      yield answer;
    }
  }

  async #ask(
    page: Lines,
    { before, onProgress }: Pick<NextCall, 'before'> & { onProgress: (line: ImportedLine) => void },
  ): Promise<Answer> {
    const { run, signal, force, dryRun } = this.#options;
    const input = { ...page, lines: [...page.lines], format: this.#format, force, dryRun };
    const call = { onProgress, signal };
    if (before.length === 0) return await run(importTeams, input, call);
    try {
      return await run(importTeams, { ...input, before }, call);
    } catch (error) {
      if (!isBotServerError(error, 'invalid_input') || !error.message.includes(`unknown field "before"`)) throw error;
      this.#earlier = undefined;
      complain(
        `the server is older than this command: its forecast of line ${page.firstLine} and later ones does not take all earlier lines of the file into account`,
      );
      return await run(importTeams, input, call);
    }
  }

  /** What the first page was recognised as, the others are as well. */
  #learnFormat({ format }: Answer): void {
    if (this.#format !== undefined || format === null) return;
    this.#format = format;
    // On standard error, so that what is read by programs stays what it was.
    complain(`format: ${format} (recognised; --format says another)`);
  }
}
