/**
 * `slack-bot-server completion bash|zsh|fish`: a script for the shell, made of the commands. It asks nothing of a database, so that a
 * Tab never waits, and nothing that was typed is ever run, or taken for more than a word that is a command or is none.
 */
import type { Command } from 'commander';
import { standardOutput } from '../observability/standard-output.ts';
import { defaultOf } from './default-command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** What may follow the words of a command. */
interface Level {
  /** `teams list`; empty for the program itself. */
  path: string;
  words: string[];
  /** Whether a word that is no option must be one of these. */
  isClosed: boolean;
  /** Options that take a value, with what it may be; nothing = anything. */
  values: [option: string, choices: readonly string[]][];
}

/** Prints the script. */
export function printCompletion(program: Command, shell: Shell): void {
  standardOutput.print(completionScript(program, shell));
}

/** @param program With all its commands. */
export function completionScript(program: Command, shell: Shell): string {
  return scripts[shell](program.name(), levelsOf(program, ''));
}

function levelsOf(command: Command, path: string): Level[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const meant = defaultOf(command);
  const options = [
    ...help.visibleOptions(command),
    ...(meant ? help.visibleOptions(meant) : []),
    ...help.visibleGlobalOptions(command),
  ];
  const flags = new Set(options.flatMap(({ short, long }) => [short, long]));
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const words = [...commands.map((one) => one.name()), ...choices, ...flags].filter((word) => word !== undefined);
  const below = commands.flatMap((one) => {
    const name = `${path} ${one.name()}`.trim();
    return one.name() === 'help' ? [] : levelsOf(one, name);
  });
  return [{ path, words, isClosed: commands.length + choices.length > 0, values: valuesOf(command) }, ...below];
}

/** Of this command, of the one that it stands for, and of those above it, whose options may stand anywhere. */
function valuesOf(command: Command): Level['values'] {
  const own = [...command.options, ...(defaultOf(command)?.options ?? [])]
    .filter(({ required, optional, hidden }) => (required || optional) && !hidden)
    .flatMap(({ short, long, argChoices = [] }) =>
      [short, long].flatMap((flag): Level['values'] => (flag === undefined ? [] : [[flag, argChoices]])),
    );
  return command.parent ? [...own, ...valuesOf(command.parent)] : own;
}

// Words of commands, options and choices are letters, digits, dashes and underscores: nothing in them needs quotes.
const scripts: Readonly<Record<Shell, (name: string, levels: readonly Level[]) => string>> = {
  bash: (name, levels) => `# bash completion for ${name}: source <(${name} completion bash)
_${identifier(name)}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} at= offered= word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "\${at:+$at }$word" in
      ${pathsOf(levels)
        .map((path) => `"${path}"`)
        .join(' | ')}) at="\${at:+$at }$word" ;;
    esac
  done
  case $at in
${levels.map(({ path, words }) => `    "${path}") offered="${words.join(' ')}" ;;`).join('\n')}
  esac
  case "$at $before" in
${valuesIn(levels)
  .map(([where, choices]) => `    ${where.map((one) => `"${one}"`).join(' | ')}) offered="${choices}" ;;`)
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$offered" -- "$current"))
}
complete -o default -F _${identifier(name)} ${name}
`,
  zsh: (name, levels) => `#compdef ${name}
# zsh completion for ${name}: source <(${name} completion zsh)
(( $+functions[compdef] )) || { autoload -U compinit && compinit; }
autoload -U +X bashcompinit && bashcompinit
${scripts.bash(name, levels)}# As a file of fpath it is run by the first Tab, which wants its answer.
[[ "\${funcstack[1]}" != _${name} ]] || _bash_complete -o default -F _${identifier(name)}
`,
  fish: (name, levels) => `# fish completion for ${name}: ${name} completion fish | source
function __${identifier(name)}_at
  set -l words (commandline -opc)
  set -e words[1]
  set -l at
  for word in $words
    contains -- "$(string join ' ' -- $at $word)" ${pathsOf(levels)
      .map((path) => `'${path}'`)
      .join(' ')}
    and set -a at $word
  end
  test "$(string join ' ' -- $at)" = "$argv"
end
${levels.map((level) => fishLevel(name, level)).join('\n')}
`,
};

function fishLevel(name: string, { path, words, isClosed, values }: Level): string {
  const complete = `complete -c ${name} -n '__${identifier(name)}_at ${path}'`;
  const own = values.flatMap(([option, choices]) =>
    choices.length === 0 ? [] : [`${complete} -x -l ${option.replace(/^-+/, '')} -a '${choices.join(' ')}'`],
  );
  // Where a word is none of these it may be a file.
  return [`${complete}${isClosed ? ' -f' : ''} -a '${words.join(' ')}'`, ...own].join('\n');
}

function pathsOf(levels: readonly Level[]): string[] {
  return levels.map(({ path }) => path).filter((path) => path !== '');
}

/** After which words which values are offered: those with the same values share a line. */
function valuesIn(levels: readonly Level[]): [where: string[], choices: string][] {
  const found = new Map<string, string[]>();
  for (const { path, values } of levels) {
    for (const [option, choices] of values) {
      const key = choices.join(' ');
      found.set(key, [...(found.get(key) ?? []), `${path} ${option}`]);
    }
  }
  return Array.from(found, ([choices, where]) => [where, choices]);
}

function identifier(name: string): string {
  return name.replaceAll('-', '_');
}
