/** The command line. */
import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';

describe('parseArguments', () => {
  it('measures 1,000 teams in three rounds unless told otherwise', () => {
    expect(parseArguments(['connections'])).toEqual({
      command: 'connections',
      teams: 1_000,
      rounds: 3,
      quick: false,
      json: false,
    });
  });

  it('makes a quick run small, but obeys numbers that are given', () => {
    expect(parseArguments(['connections', '--quick'])).toMatchObject({ teams: 100, rounds: 1, quick: true });
    expect(parseArguments(['connections', '--quick', '--teams', '7', '--rounds=2', '--json'])).toMatchObject({
      teams: 7,
      rounds: 2,
      json: true,
    });
  });

  it('gives help wherever it is asked for', () => {
    expect(parseArguments(['--help'])).toEqual({ command: 'help' });
    expect(parseArguments(['connections', '-h'])).toEqual({ command: 'help' });
  });

  it.each([
    [[], 'Name a benchmark'],
    [['events'], 'Unknown benchmark events'],
    [['connections', 'more'], 'Unexpected more'],
    [['connections', '--team', '5'], '--team'],
    [['connections', '--teams', 'many'], '--teams must be a whole number from 1 to 20000, not "many"'],
    [['connections', '--teams', '0'], '--teams must be'],
    [['connections', '--teams', '20001'], '--teams must be'],
    [['connections', '--rounds', '1.5'], '--rounds must be a whole number from 1 to 20'],
    [['connections', '--rounds', ''], '--rounds must be'],
  ])('refuses %j and says why', (words, why) => {
    expect(() => parseArguments(words)).toThrow(UsageError);
    expect(() => parseArguments(words)).toThrow(why);
  });
});
