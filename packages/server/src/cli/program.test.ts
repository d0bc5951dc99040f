/** The command line is a door to the operations: it has each of them, and beside them only what runs a server. */
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { operations } from '../operations/operations.ts';
import { shortcuts } from './operator-commands.ts';
import { program } from './program.ts';

const commands = new Map(program.commands.flatMap((group) => leaves(group, [])));

function leaves(command: Command, above: readonly string[]): [string, Command][] {
  const path = [...above, command.name()];
  return command.commands.length === 0
    ? [[path.join('.'), command]]
    : command.commands.flatMap((one) => leaves(one, path));
}

describe('each operation', () => {
  it.each(operations.map(({ name, summary }) => [name, summary]))('%s is a command: %s', (name, summary) => {
    const command = commands.get(shortcuts[name] ?? name);
    expect(command?.description()).toBe(summary);
    expect(command?.options.map(({ long }) => long)).toContain('--json');
  });
});

it('all other commands run a server, are about a database as a whole, or set something up', () => {
  const names = new Set(operations.map(({ name }) => shortcuts[name] ?? name));
  expect([...commands.keys()].filter((name) => !names.has(name))).toEqual([
    'start',
    'init',
    'dev',
    'dev-bot',
    'open',
    'store.copy',
    'migrate',
    'completion',
    'backup',
    'restore',
    'doctor',
    'manifest.print',
    'manifest.check',
    'mcp',
  ]);
});

it('limits and defaults of numbers are those of the operations', () => {
  const perMinute = commands.get('teams.exchange')?.options.find(({ long }) => long === '--per-minute');
  expect(perMinute?.defaultValue).toBe(50);
  expect(() => perMinute?.parseArg?.('6001', undefined)).toThrow('must be a whole number from 1 to 6000.');
  expect(() => perMinute?.parseArg?.('1e3', undefined)).toThrow('must be a whole number from 1 to 6000.');
  expect(perMinute?.parseArg?.('6000', undefined)).toBe(6_000);
});
