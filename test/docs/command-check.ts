/** Whether a command of the documentation is one that the command line takes: the words, the options, how many arguments. */
import type { Command, Option } from 'commander';
import { defaultOf as standsFor } from '../../packages/server/src/cli/default-command.ts';

/** What is wrong with it; undefined when it is right. */
export function problemOf(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  const positional: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      positional.push(...rest.splice(0));
    } else if (word === '--help') {
      return undefined;
    } else if (/^-./.test(word)) {
      const problem = takeOption(command, word, rest);
      if (problem !== undefined) return problem;
    } else {
      const next = positional.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (next) command = next;
      else positional.push(word);
    }
  }
  const [first] = positional;
  // A word behind a group of several commands is no argument of the one that it stands for.
  if (standsFor(command) && command.commands.length > 1 && first !== undefined)
    return `${command.name()} has no command ${first}`;
  return problemOfArguments(defaultOf(command), positional);
}

function takeOption(command: Command, word: string, rest: string[]): string | undefined {
  const [name = '', given] = word.split(/=(.*)/s);
  // Without a command the default one takes them.
  const option = [...optionsOf(command), ...defaultOf(command).options].find(
    ({ long, short }) => long === name || short === name,
  );
  if (option === undefined) return `${command.name()} has no option ${name}`;
  if (!option.required) return undefined;
  const value = given ?? rest.shift();
  if (value === undefined) return `${name} needs a value`;
  return problemOfValue(option, value);
}

function problemOfValue(option: Option, value: string): string | undefined {
  if (option.argChoices && !option.argChoices.includes(value)) return `${option.long} does not take ${value}`;
  try {
    option.parseArg?.(value, option.defaultValue);
    return undefined;
  } catch (error) {
    return `${option.long} does not take ${value}: ${String(error)}`;
  }
}

/** Those of its parents count, too. */
function optionsOf(command: Command): readonly Option[] {
  return command.parent ? [...command.options, ...optionsOf(command.parent)] : command.options;
}

/** The one that runs when none is named. */
function defaultOf(command: Command): Command {
  const { _defaultCommandName: name } = command as unknown as { _defaultCommandName?: string | null };
  return command.commands.find((one) => one.name() === name) ?? command;
}

function problemOfArguments(command: Command, given: readonly string[]): string | undefined {
  const { registeredArguments } = command;
  if (command.commands.length > 0) return `${command.name()} has no command ${given[0] ?? 'of its own'}`;
  const needed = registeredArguments.filter(({ required }) => required).length;
  const isVariadic = registeredArguments.some(({ variadic }) => variadic);
  if (given.length < needed) return `${command.name()} needs ${needed} arguments`;
  if (!isVariadic && given.length > registeredArguments.length) return `${command.name()} takes no ${given.at(-1)}`;
  return undefined;
}
