/**
 * The command of a group that is meant when none is named: `teams` is `teams list`. Only one that reads; a group without such a command
 * shows its help. A word behind a group of several is always the name of a command, and never an argument: a slip must not become a query.
 */
import type { Command } from 'commander';

const defaults = new WeakMap<Command, Command>();

/** The command that the group stands for when it is called alone. */
export function defaultOf(group: Command): Command | undefined {
  return defaults.get(group);
}

/** @param command One of the group, which was added with isDefault. */
export function meanByDefault(group: Command, command: Command): void {
  defaults.set(group, command);
  const isNamed = () => group.commands.length === 1 || group.args[0] === command.name();
  group
    .addHelpText('after', `\nWithout a command: ${pathOf(command)}`)
    .hook('preSubcommand', (_group, called) => {
      const [first] = group.args;
      // Who named no command is shown which there are.
      if (called === command) command.showHelpAfterError(`(see ${pathOf(isNamed() ? command : group)} --help)`);
      if (called !== command || isNamed() || first === undefined || first.startsWith('-')) return;
      // Says which command was meant. It is not among the types of commander.
      (group as unknown as { unknownCommand(): never }).unknownCommand();
    })
    .hook('preAction', (_group, called) => {
      const [first] = called.args;
      if (called !== command || isNamed() || first === undefined) return;
      const meant = group.commands.find((one) => one.name() === first) ?? command;
      group.error(`error: '${first}' stands behind an option: name the command first, ${pathOf(meant)}`);
    });
}

/** As it is typed. */
export function pathOf(command: Command): string {
  const path: string[] = [];
  for (let one: Command | null = command; one; one = one.parent) path.unshift(one.name());
  return path.join(' ');
}
