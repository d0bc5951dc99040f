/**
 * Makes visible what would command a terminal, break a line or turn it around: names and messages come from anywhere. The
 * server has the same; neither imports the other.
 */

/** Control characters (C0, DEL, C1), line and paragraph separators, marks of direction. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** What JSON leaves as it is; it stands in texts only, where an escape means the same. */
const LEFT_BY_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line, with `\n` or `\u001b` in the place of what cannot be seen. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => SHORT[character] ?? escaped(character));
}

/** The same JSON, safe to show in a terminal. */
export function visibleJson(json: string): string {
  return json.replace(LEFT_BY_JSON, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
