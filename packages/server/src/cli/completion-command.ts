/**
 * `slack-bot-server completion bash|zsh|fish`: a script for the shell, made of the commands. It asks nothing of a database, so that a
 * Tab never waits.
 */
import type { Command } from 'commander';
import { standardOutput } from '../observability/standard-output.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** What may follow the words of a command. */
interface Level {
  /** `teams list`; empty for the program itself. */
  path: string;
  words: string[];
}

/** Prints the script. */
export function printCompletion(program: Command, shell: Shell): void {
  const levels = levelsOf(program, '');
  standardOutput.print(scripts[shell](program.name(), levels));
}

function levelsOf(command: Command, path: string): Level[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const options = help.visibleOptions(command).flatMap(({ short, long }) => [short, long]);
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const words = [...commands.map((one) => one.name()), ...choices, ...options].filter((word) => word !== undefined);
  const below = commands.flatMap((one) => {
    const name = `${path} ${one.name()}`.trim();
    return one.name() === 'help' ? [] : levelsOf(one, name);
  });
  return [{ path, words }, ...below];
}

// Words of commands and options are letters, digits and dashes: nothing in them needs quotes.
const scripts: Readonly<Record<Shell, (name: string, levels: readonly Level[]) => string>> = {
  bash: (name, levels) => `# bash completion for ${name}: source <(${name} completion bash)
_${identifier(name)}() {
  local current=\${COMP_WORDS[COMP_CWORD]} path= word i words
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    [[ $word == -* ]] || path="\${path:+$path }$word"
  done
  while :; do
    case $path in
${levels.map(({ path, words }) => `      "${path}") words="${words.join(' ')}" ;;`).join('\n')}
      *) path=\${path% *}; continue ;;
    esac
    break
  done
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _${identifier(name)} ${name}
`,
  zsh: (name, levels) => `#compdef ${name}
# zsh completion for ${name}: source <(${name} completion zsh)
autoload -U +X bashcompinit && bashcompinit
${scripts.bash(name, levels)}`,
  fish: (name, levels) => `# fish completion for ${name}: ${name} completion fish | source
${levels
  .map(({ path, words }) => {
    const isHere =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ');
    return `complete -c ${name} -n '${isHere}' -a '${words.join(' ')}'`;
  })
  .join('\n')}
`,
};

function identifier(name: string): string {
  return name.replaceAll('-', '_');
}
