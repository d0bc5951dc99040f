/** Reads a Dockerfile, for the tests: its instructions in order, comments and line breaks gone. */

/** `RUN npm install` has the name RUN and the value `npm install`. */
export interface Instruction {
  name: string;
  value: string;
}

export function instructionsOf(text: string): Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  return lines.flatMap((line) => {
    const [, name, value] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
}
