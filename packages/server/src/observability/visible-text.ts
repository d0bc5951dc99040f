/**
 * Makes visible what would command a terminal, break a line or turn it around: control characters (C0, DEL, C1), line and
 * paragraph separators, and marks of direction. The one place for texts from outside on their way to a person's eyes.
 */

/** Without marks of direction a name cannot show `gnp.exe` as `exe.png`. (https://www.unicode.org/reports/tr36/) */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** One line, with `\n` or `\u001b` in the place of what cannot be seen. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => SHORT[character] ?? escaped(character));
}

/** The same for a text of several lines that are ours. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** JSON escapes C0 itself; what it leaves stands in its texts only, where an escape means the same. */
const LEFT_BY_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The same JSON, safe to show in a terminal. */
export function visibleJson(json: string): string {
  return json.replace(LEFT_BY_JSON, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
