/** How an operation becomes a command: its name, its summary, --json, and options that its schema checks. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import type { Operation } from '../operations/operation.ts';
import { meanByDefault, pathOf } from './default-command.ts';

/** The commands that can be carried out elsewhere. */
export const ofOperations = new Set<Command>();

/** Whether the command, or one below it, can be carried out elsewhere. */
export function takesServer(command: Command): boolean {
  return ofOperations.has(command) || command.commands.some(takesServer);
}

/** `teams.list` becomes `teams list`, with its summary and --json; with `isDefault` `teams` alone as well. */
export function commandOf(
  group: Command,
  { name, summary }: Operation,
  { word = name.slice(name.indexOf('.') + 1), ...options }: { word?: string; isDefault?: boolean } = {},
): Command {
  const command = operationCommand(group.command(word, options), summary);
  if (options.isDefault) meanByDefault(group, command);
  return command;
}

/** The same for a command that is there: what is said of it without its operation has to be loaded is said twice. */
export function operationCommand(command: Command, summary: string): Command {
  ofOperations.add(command);
  return command.description(summary).option('--json', 'print JSON');
}

/** An option whose value the schema of an operation's field checks, and whose default it says. */
export function numberOption(flags: string, words: string, field: z.ZodType): Option {
  const option = new Option(flags, words).argParser((text) => {
    const { data, error } = field.safeParse(/^\d+$/.test(text) ? Number(text) : text);
    if (error) throw new InvalidArgumentError(`It ${error.issues[0]?.message}.`);
    return data;
  });
  return option.default(field.safeParse(undefined).data);
}

export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** As wide as the rest of the help where no terminal says how wide it is. */
const HELP_WIDTH = 80;

/** A query is the rest of the words; a term that begins with - needs `--` before it. */
export function takesQuery(command: Command, help: string): Command {
  const after = (term: string) => `Put a term that begins with - after --: ${pathOf(command)} -- ${term}`;
  return command
    .argument('[query...]', 'terms; all without one')
    .addHelpText('after', () => {
      const text = `${help}\n${after('-status:active')}`;
      return `\n${command.createHelp().boxWrap(text, process.stdout.columns ?? HELP_WIDTH)}`;
    })
    .configureOutput({
      outputError(text, write) {
        const [, term] = /^error: unknown option '(-[^-].*)'$/m.exec(text) ?? [];
        write(term === undefined ? text : `${text}${after(term)}\n`);
      },
    });
}

/** Whoever calls a command wrongly is told where its own use is explained, and that of each below it. */
export function pointToHelp(command: Command): void {
  command.showHelpAfterError(`(see ${pathOf(command)} --help)`);
  command.commands.forEach(pointToHelp);
}
