/** What a command throws when the person is to be told something, and nobody else has to know. */
import type { Localized } from './localized.ts';

/**
 * A mistake of the person, in words for them: the bot answers with it, and it is no failure of the listener. What of it comes from a
 * person goes through escapeText(). Any other error is told as the hook `error`.
 * @example
 * if (opponent.id === userId) throw new UserError('You cannot play against yourself.');
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly text: Localized;

  constructor(text: Localized) {
    super(typeof text === 'string' ? text : Object.values(text)[0]);
    this.text = text;
  }
}
