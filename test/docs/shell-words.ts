/** Reads the commands of a shell block: words and quotes, comments, pipes and settings before a command. No expansion: `$X` is a word. */

/** One command of a line. */
export interface ShellCommand {
  /** `A=b` before it. */
  settings: string[];
  words: string[];
}

const TOKEN =
  /\s+|(\\\n)|(#[^\n]*)|(&&|\|\||[|;&\n])|((?:\d?>>?|<)&?\d?)|((?:'[^']*'|"(?:\\.|[^"\\])*"|\$\([^)]*\)|\\.|[^\s'"|;&<>\\])+)/y;

/** @throws Error for what is no shell */
export function shellCommands(code: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let isFile = false;
  const end = () => {
    const first = words.findIndex((word) => !/^[A-Z_][A-Z0-9_]*=/i.test(word));
    const settings = first === -1 ? words : words.slice(0, first);
    if (words.length > 0) commands.push({ settings, words: first === -1 ? [] : words.slice(first) });
    words = [];
  };
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < code.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(code);
    if (found === null) throw new Error(`no shell from here: ${code.slice(at, at + 40)}`);
    const [token, , , separator, redirection, word] = found;
    if (/^[ \t]*\n/.test(token) || separator !== undefined) end();
    else if (redirection !== undefined) isFile = !/&\d$/.test(redirection);
    else if (word !== undefined && isFile) isFile = false;
    else if (word !== undefined) words.push(unquoted(word));
  }
  end();
  return commands;
}

function unquoted(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
    (_, single?: string, double?: string, one?: string) => single ?? double?.replaceAll(/\\(.)/g, '$1') ?? one ?? '',
  );
}
