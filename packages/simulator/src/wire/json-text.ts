/** Reads JSON that a client sent, unless it is nested so deeply that writing it again would overflow the stack. */

/** Block Kit needs about 15 levels; V8 overflows at some thousand. */
const DEEPEST_NESTING = 100;

/**
 * The value of a JSON text.
 * @throws SyntaxError for text that is no JSON, or nested too deeply
 */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError(`JSON is nested more than ${DEEPEST_NESTING} levels`);
  return JSON.parse(text);
}

/** Looks at the text, not at the value: the value of a deep text cannot be walked without care. One pass, whatever the text. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') isInString = !isInString;
    else if (isInString && letter === '\\') at += 1;
    else if (!isInString && (letter === '[' || letter === '{')) depth += 1;
    else if (!isInString && (letter === ']' || letter === '}')) depth -= 1;
    if (depth > DEEPEST_NESTING) return true;
  }
  return false;
}
