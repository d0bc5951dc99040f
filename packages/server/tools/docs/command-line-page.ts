/** docs/command-line.md, made of the command line itself. */
import type { Command } from 'commander';
import { defaultOf } from '../../src/cli/default-command.ts';
import { completeProgram } from '../../src/cli/program.ts';
import { GENERATED, table } from './markdown.ts';

export async function commandLinePage(): Promise<string> {
  const program = await completeProgram();
  const rows = leaves(program).map((command) => [`\`${usageOf(command)}\``, command.description(), optionsOf(command)]);
  return `# What commands are there?

${GENERATED}

\`npx slack-bot-server COMMAND --help\` says the same. Settings come from the environment ([all of them](configuration.md)). Where it makes sense, \`--json\` prints JSON,
and \`--server URL\` asks a running server over its [admin API](api.md) in place of the database. Exit codes: 0 done, 1 failed, 2 wrong usage or
settings, 130 ended by Ctrl-C (a server by a second one; a command of many steps also by SIGTERM), 141 when the reader closed the pipe.

Called alone, a group shows what there is (${standIns(program)}).
Other groups show their help and exit with 2. Options come behind the command: \`teams --json\` is \`teams list --json\`, and a word behind the
group that is no command of it is refused.

${table(['command', 'what it does', 'options'], rows)}

## How do I get completion in my shell?

The script holds the commands of this version: write it again after an upgrade. It asks no database and no server.

\`\`\`sh
slack-bot-server completion bash > ~/.local/share/bash-completion/completions/slack-bot-server
slack-bot-server completion zsh > ~/.zfunc/_slack-bot-server    # with fpath+=~/.zfunc before compinit in ~/.zshrc
slack-bot-server completion fish > ~/.config/fish/completions/slack-bot-server.fish
\`\`\`
`;
}

/** `teams` is `teams list`, and so on: by the word that is left out. */
function standIns(program: Command): string {
  const byWord = new Map<string, string[]>();
  for (const group of program.commands) {
    const word = defaultOf(group)?.name();
    if (word !== undefined) byWord.set(word, [...(byWord.get(word) ?? []), `\`${group.name()}\``]);
  }
  return Array.from(byWord, ([word, groups]) => `\`${word}\` for ${sentenceOf(groups)}`).join('; ');
}

function sentenceOf(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** Commands that run, without those that are hidden. */
function leaves(command: Command): Command[] {
  const shown = command.commands.filter((one) => !(one as unknown as { _hidden?: boolean })._hidden);
  return shown.length === 0 ? [command] : shown.flatMap(leaves);
}

function usageOf(command: Command): string {
  const names: string[] = [];
  for (let one: Command | null = command; one?.parent; one = one.parent) names.unshift(one.name());
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [...names, ...words].join(' ');
}

function optionsOf(command: Command): string {
  const shown = command.options.filter(({ hidden, long }) => !hidden && long !== '--json');
  return shown.map(({ flags, description }) => `\`${flags}\` ${description}`).join('; ');
}
