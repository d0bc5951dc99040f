/** Where a text is cut that goes on in the next message. Pure: what is cut is joined without a loss. */

/** Never between the halves of a character. */
export function cutAt(text: string, place: number): [string, string] {
  const isInside = place > 0 && place < text.length && isHigh(text.charCodeAt(place - 1));
  const at = isInside ? place - 1 : place;
  return [text.slice(0, at), text.slice(at)];
}

/**
 * At most `room` UTF-16 units, up to the end of a line, or of a word.
 * @param mustCut Also inside a word, when there is no other place. Otherwise nothing fits then
 */
export function cutToFit(text: string, room: number, { mustCut }: { mustCut: boolean }): [string, string] {
  if (text.length <= room) return [text, ''];
  const window = text.slice(0, Math.max(0, room));
  const line = window.lastIndexOf('\n');
  const place = line >= room / 2 ? line : Math.max(line, window.lastIndexOf(' '));
  if (place >= 0) return cutAt(text, place + 1);
  return mustCut ? cutAt(text, room) : ['', text];
}

/** The rest of the word with which the text goes on, with the space behind it; empty when the word is long. */
export function restOfWord(text: string): string {
  return /^\S{0,100}\s/.exec(text)?.[0] ?? '';
}

/** What waits for its other half. */
export function withoutHalf(text: string): [string, string] {
  return text !== '' && isHigh(text.charCodeAt(text.length - 1)) ? [text.slice(0, -1), text.slice(-1)] : [text, ''];
}

/** Whether a message ends with what was to be added. Slack may show it with other spaces and marks than it was sent with. */
export function endsWithAdded(said: string, added: string): boolean {
  if (added !== '' && said.endsWith(added)) return true;
  const [all, last] = [said, added].map((text) => text.replace(/[^\p{L}\p{N}]/gu, '')) as [string, string];
  return last !== '' && all.endsWith(last);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
