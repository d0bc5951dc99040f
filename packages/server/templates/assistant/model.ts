/** What answers. `fakeModel` needs no key and always says the same: put your provider's client in its place. */

/** One turn of a conversation. */
export interface Turn {
  by: 'person' | 'bot';
  text: string;
}

export interface Model {
  /** @param turns The conversation, oldest first; the last one is to be answered. */
  answer(turns: readonly Turn[]): Promise<string>;
}

export const fakeModel: Model = {
  async answer(turns) {
    return `You said "${turns.at(-1)?.text}", and I am only a fake model.`;
  },
};
