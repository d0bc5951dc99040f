/**
 * An answer that is written while people watch, in as many messages as Slack lets it: Slack ends a streamed message after about five
 * minutes and at a length; the next one goes on where that ended, without the loss of a word.
 *
 *   (none) ──first words──▶ open ──too old, too long, ended by Slack──▶ (none) ──more words──▶ open …
 *                             └──stop(), end of the listener, drain──▶ ended
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { BotServerError } from '../../errors.ts';
import type { Clock, Timer } from '../../time/clock.ts';
import type {
  StartArguments,
  StopArguments,
  StreamCalls,
  StreamChunk,
  StreamOutcome,
  StreamPlace,
} from './stream-calls.ts';
import { cutToFit, endsWithAdded, restOfWord, withoutHalf } from './stream-text.ts';

/** Arguments of chat.startStream, with defaults from the delivery; and how often and how long is written. */
export interface StreamOptions extends Partial<Omit<StartArguments, 'markdown_text' | 'chunks' | 'token'>> {
  /** Text is sent when there are so many characters of it. @defaultValue 256 */
  bufferChars?: number;
  /** Or so many milliseconds after the first of them: 60 calls a minute, of which Slack allows 100. @defaultValue 1000 */
  flushMs?: number;
  /** A message is ended at this age, in milliseconds, before Slack does it (about 5 minutes). @defaultValue 240000 */
  rollOverMs?: number;
}

export const streamDefaults = {
  bufferChars: 256,
  flushMs: 1_000,
  rollOverMs: 240_000,
} as const satisfies StreamOptions;

/** Markdown or chunks, or both. */
export type StreamPiece = string | { markdown_text?: string; chunks?: readonly StreamChunk[] };

/** What chat.stopStream adds to the last message. */
export type StreamEnd = Omit<StopArguments, 'channel' | 'ts' | 'chunks' | 'token'> & {
  chunks?: readonly StreamChunk[];
};

/** What `context.stream()` gives. */
export interface AnswerStream {
  /**
   * Adds to the answer. Resolves at once while little waits, otherwise when it is written: await it.
   * @throws `context.signal.reason` once that has aborted; BotServerError `slack_unreachable`; errors of the SDK when Slack refuses
   */
  append(piece: StreamPiece): Promise<void>;
  /** Adds each piece of what a model gives, and stops. @throws as `append`, and what the source throws */
  pipe(pieces: AsyncIterable<StreamPiece> | Iterable<StreamPiece>): Promise<readonly string[]>;
  /**
   * Writes the rest and ends the last message; a second time it does nothing.
   * @returns the `ts` of each message of the answer
   * @throws as `append`
   */
  stop(end?: StreamEnd): Promise<readonly string[]>;
  /** The `ts` of each message until now. */
  readonly messages: readonly string[];
}

export interface StreamDeps {
  calls: Pick<StreamCalls, 'start' | 'append' | 'stop' | 'read'>;
  place: StartArguments;
  options: StreamOptions;
  signal: AbortSignal;
  /** A message was begun. */
  readonly onMessage: (place: StreamPlace) => void;
  /** Slack says that a person pressed Stop, before its event came. */
  readonly onStopped: () => void;
  clock: Pick<Clock, 'after' | 'monotonic'>;
}

interface OpenMessage extends StreamPlace {
  begunMs: number;
  /** All of its text. */
  text: string;
}

/** Of the text of one message, in characters: what Slack documents for `markdown_text` (chat.startStream). */
const MAX_CHARS = 12_000;
/** A message may end just when something is added, and the next one may meet an outage; more is no chance. */
const MAX_IN_VAIN = 5;
/** After these there is time to finish. */
const MAY_FINISH: ReadonlySet<string> = new Set(['draining', 'handler_timed_out']);

/** One per answer. */
export class SlackAnswerStream implements AnswerStream {
  readonly messages: string[] = [];
  readonly #deps: StreamDeps;
  readonly #options: { bufferChars: number; flushMs: number; rollOverMs: number };
  /** What waits to be written, in order. */
  #waiting: StreamChunk[] = [];
  #waitingChars = 0;
  #open: OpenMessage | undefined;
  /** Messages in a row that took nothing. */
  #inVain = 0;
  #timer: Timer | undefined;
  /** One call after the other. Never rejects. */
  #last: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | undefined;
  #isEnded = false;

  constructor(deps: StreamDeps) {
    const { bufferChars, flushMs, rollOverMs } = { ...streamDefaults, ...deps.options };
    this.#deps = deps;
    this.#options = { bufferChars, flushMs, rollOverMs };
    deps.signal.addEventListener('abort', () => void this.finish(), { once: true });
  }

  async append(piece: StreamPiece): Promise<void> {
    await this.#mayGoOn();
    this.#take(typeof piece === 'string' ? { markdown_text: piece } : piece);
    if (this.#waitingChars >= this.#options.bufferChars || this.#waiting.some(({ type }) => type !== 'markdown_text')) {
      await this.#flush();
    } else if (this.#waiting.length > 0) {
      // Bound: a moved clock calls it outside of the run whose calls these are.
      const flush = AsyncLocalStorage.bind(() => void this.#flush().catch(() => {}));
      this.#timer ??= this.#deps.clock.after(this.#options.flushMs, flush);
    }
  }

  async pipe(pieces: AsyncIterable<StreamPiece> | Iterable<StreamPiece>): Promise<readonly string[]> {
    for await (const piece of pieces) await this.append(piece);
    return await this.stop();
  }

  async stop({ markdown_text, chunks, ...extras }: StreamEnd = {}): Promise<readonly string[]> {
    if (this.#isEnded && !this.#failure && !this.#deps.signal.aborted) return this.messages;
    await this.#mayGoOn();
    this.#take({ markdown_text, chunks });
    this.#isEnded = true;
    await this.#inTurn(() => this.#end(extras));
    return this.messages;
  }

  /** Ends it with what there is, as far as that may be sent. Never rejects. */
  async finish(): Promise<void> {
    if (this.#isEnded) return await this.#last;
    this.#isEnded = true;
    this.#timer?.cancel();
    if (this.#isGivenUp) return await this.#last;
    await this.#inTurn(() => this.#end({})).catch(() => {});
    const open = this.#open;
    this.#open = undefined;
    // What Slack refused is told by the next append(); the message is not left as if more came.
    if (open && !this.#isGivenUp) await this.#deps.calls.stop(placeOf(open)).catch(() => {});
  }

  /** Nothing may be sent any more. */
  get #isGivenUp(): boolean {
    const { signal } = this.#deps;
    return signal.aborted && !MAY_FINISH.has(reasonOf(signal).code);
  }

  /** @throws why nothing more may be added */
  async #mayGoOn(): Promise<void> {
    const { signal } = this.#deps;
    if (signal.aborted) {
      await this.finish();
      throw signal.reason;
    }
    if (this.#failure) throw this.#failure.error;
    if (this.#isEnded) throw new BotServerError('usage', 'The stream was stopped before: begin another one');
  }

  #take({
    markdown_text: text = '',
    chunks = [],
  }: {
    markdown_text?: string | undefined;
    chunks?: readonly StreamChunk[] | undefined;
  }): void {
    for (const chunk of [...(text === '' ? [] : [{ type: 'markdown_text', text } as const]), ...chunks]) {
      const last = this.#waiting.at(-1);
      if (chunk.type !== 'markdown_text') this.#waiting.push(chunk);
      else if (last?.type === 'markdown_text') last.text += chunk.text;
      else this.#waiting.push({ ...chunk });
      if (chunk.type === 'markdown_text') this.#waitingChars += chunk.text.length;
    }
  }

  #flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    return this.#inTurn(() => this.#writeWaiting({ isAll: false }));
  }

  /** Rejects with the first failure, which everything after it meets, too. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(async () => {
      if (this.#failure) throw this.#failure.error;
      if (this.#isGivenUp) throw this.#deps.signal.reason;
      await work();
    });
    this.#last = done.catch((error: unknown) => {
      this.#failure ??= { error };
    });
    return done;
  }

  async #end(extras: Omit<StreamEnd, 'chunks' | 'markdown_text'>): Promise<void> {
    await this.#writeWaiting({ isAll: true });
    const needsMessage = Object.keys(extras).length > 0;
    const open = this.#open ?? (needsMessage ? await this.#begin() : undefined);
    this.#open = undefined;
    if (open) this.#heed(await this.#deps.calls.stop(placeOf(open), extras));
  }

  /** Half of a character waits for the other half, unless nothing comes any more. */
  async #writeWaiting({ isAll }: { isAll: boolean }): Promise<void> {
    const chunks = this.#waiting;
    this.#waiting = [];
    this.#waitingChars = 0;
    const last = chunks.at(-1);
    if (!isAll && last?.type === 'markdown_text') {
      const [whole, half] = withoutHalf(last.text);
      last.text = whole;
      if (whole === '') chunks.pop();
      if (half !== '') this.#take({ markdown_text: half });
    }
    for (let rest = chunks; rest.length > 0; ) rest = await this.#writeSome(rest);
  }

  /** Writes what fits into the present message; answers what is left. */
  async #writeSome(chunks: StreamChunk[]): Promise<StreamChunk[]> {
    const { clock, signal } = this.#deps;
    if (this.#isGivenUp) throw signal.reason;
    const isOld = this.#open && clock.monotonic() - this.#open.begunMs >= this.#options.rollOverMs;
    if (this.#open && isOld) return await this.#rollOver(this.#open, chunks);
    const open = this.#open ?? (await this.#begin());
    const [now, later] = splitToFit(chunks, open.text);
    if (now.length === 0) {
      await this.#close(open);
      return later;
    }
    return (await this.#write(open, now)) ? later : chunks;
  }

  /** Ends the message behind a whole word. */
  async #rollOver(open: OpenMessage, chunks: StreamChunk[]): Promise<StreamChunk[]> {
    const [first, ...others] = chunks;
    const isInWord = open.text !== '' && !/\s$/.test(open.text);
    const end = isInWord && first?.type === 'markdown_text' ? restOfWord(first.text) : '';
    const rest = end !== '' && first?.type === 'markdown_text' ? cutOff(first, end.length, others) : chunks;
    const isWritten = end === '' || (await this.#write(open, [{ type: 'markdown_text', text: end }]));
    if (isWritten) await this.#close(open);
    return isWritten ? rest : chunks;
  }

  async #begin(): Promise<OpenMessage> {
    const { calls, place, signal, onMessage, clock } = this.#deps;
    const ts = await calls.start(place);
    const open = { channel: place.channel, ts, begunMs: clock.monotonic(), text: '' };
    this.messages.push(ts);
    onMessage(placeOf(open));
    // It was begun while the person pressed Stop, so Slack did not end it.
    if (this.#isGivenUp) {
      await calls.stop(placeOf(open)).catch(() => {});
      throw signal.reason;
    }
    this.#open = open;
    return open;
  }

  /** False when the message takes nothing more, and these chunks are still to be written. */
  async #write(open: OpenMessage, chunks: StreamChunk[]): Promise<boolean> {
    const text = textOf(chunks);
    const outcome = await this.#deps.calls.append(placeOf(open), chunks);
    this.#heed(outcome);
    if (outcome.kind === 'done') {
      open.text += text;
      this.#inVain = 0;
      return true;
    }
    this.#inVain++;
    if (outcome.kind === 'unknown') return await this.#findOut(open, text);
    if (outcome.kind === 'full') await this.#close(open);
    this.#open = undefined;
    if (this.#inVain < MAX_IN_VAIN) return false;
    const message = `Slack took nothing of ${chunks.length} chunks in ${this.#inVain} messages`;
    throw new BotServerError('slack_refused', message, { facts: { channel: open.channel, why: outcome.kind } });
  }

  /** No answer came: ends the message, whose text then says whether the words are in it. What cannot be read is written again. */
  async #findOut(open: OpenMessage, text: string): Promise<boolean> {
    this.#open = undefined;
    const outcome = await this.#deps.calls.stop(placeOf(open));
    this.#heed(outcome);
    const told = outcome.kind === 'done' ? outcome.text : undefined;
    const said = told ?? (await this.#deps.calls.read(placeOf(open), this.#deps.place.thread_ts));
    return said !== undefined && said.length > open.text.length && endsWithAdded(said, text);
  }

  async #close(open: OpenMessage): Promise<void> {
    this.#open = undefined;
    this.#heed(await this.#deps.calls.stop(placeOf(open)));
  }

  #heed(outcome: StreamOutcome): void {
    if (outcome.kind !== 'stopped') return;
    this.#open = undefined;
    this.#deps.onStopped();
    throw this.#deps.signal.reason;
  }
}

function placeOf({ channel, ts }: OpenMessage): StreamPlace {
  return { channel, ts };
}

function textOf(chunks: readonly StreamChunk[]): string {
  return chunks.map((chunk) => (chunk.type === 'markdown_text' ? chunk.text : '')).join('');
}

function cutOff(chunk: { text: string }, length: number, others: StreamChunk[]): StreamChunk[] {
  const text = chunk.text.slice(length);
  return text === '' ? others : [{ type: 'markdown_text', text }, ...others];
}

/** In order; tasks, plans and blocks need no room. */
function splitToFit(chunks: readonly StreamChunk[], written: string): [StreamChunk[], StreamChunk[]] {
  const now: StreamChunk[] = [];
  let left = MAX_CHARS - written.length;
  for (const [index, chunk] of chunks.entries()) {
    if (chunk.type !== 'markdown_text') {
      now.push(chunk);
      continue;
    }
    const [fits, rest] = cutToFit(chunk.text, left, { mustCut: left === MAX_CHARS });
    if (fits !== '') now.push({ type: 'markdown_text', text: fits });
    left -= fits.length;
    if (rest !== '') return [now, [{ type: 'markdown_text', text: rest }, ...chunks.slice(index + 1)]];
  }
  return [now, []];
}

function reasonOf(signal: AbortSignal): BotServerError {
  return signal.reason as BotServerError;
}
