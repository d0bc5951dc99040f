/** What answers. `fakeModel` needs no key and no network; chat-model.ts asks a real one. */
import { setTimeout as pause } from 'node:timers/promises';

/** One turn of a conversation. */
export interface Turn {
  by: 'person' | 'bot';
  text: string;
}

export interface Model {
  /**
   * Gives the answer piece by piece, as soon as there is one.
   * @param turns The conversation, oldest first; the last one is to be answered
   * @param options.signal Aborts when nobody wants the rest: a person pressed Stop, or the server stops
   */
  answer(turns: readonly Turn[], options: { signal: AbortSignal }): AsyncIterable<string>;
}

/** As fast as somebody reads, so that the Stop button can be tried. */
const WORD_MS = 120;

export const fakeModel: Model = {
  async *answer(turns, { signal }) {
    const asked = turns.filter(({ by }) => by === 'person');
    const text = `You said “${asked.at(-1)?.text}”. I am a fake model, and remember ${asked.length} of your messages in this thread.`;
    for (const word of text.split(/(?<= )/)) {
      yield word;
      await pause(WORD_MS, undefined, { signal });
    }
  },
};
