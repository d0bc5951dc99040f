/** The command line. */
import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { UsageError } from './option-values.ts';

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

  it('measures intake on both stores with a million remembered ids unless told otherwise', () => {
    expect(parseArguments(['intake'])).toEqual({
      command: 'intake',
      rounds: 3,
      seconds: 2,
      stores: ['sqlite', 'postgres'],
      ids: 1_000_000,
      quick: false,
      json: false,
    });
    const words = ['intake', '--quick', '--ids', '0', '--store', 'postgres', '--seconds=5'];
    expect(parseArguments(words)).toMatchObject({ ids: 0, stores: ['postgres'], seconds: 5, rounds: 1 });
  });

  it('kills twenty times on each store unless told otherwise', () => {
    expect(parseArguments(['crash'])).toEqual({ command: 'crash', kills: 20, stores: ['sqlite', 'postgres'] });
    expect(parseArguments(['crash', '--kills', '3', '--store', 'sqlite'])).toMatchObject({
      kills: 3,
      stores: ['sqlite'],
    });
  });

  it('looks commands up in three rounds unless told otherwise', () => {
    expect(parseArguments(['commands'])).toEqual({ command: 'commands', rounds: 3 });
    expect(() => parseArguments(['commands', '--store', 'sqlite'])).toThrow(UsageError);
  });

  it('lets a thousand teams play unless told otherwise', () => {
    expect(parseArguments(['gamebot'])).toEqual({ command: 'gamebot', teams: 1_000 });
    expect(parseArguments(['gamebot', '--quick'])).toEqual({ command: 'gamebot', teams: 12 });
    expect(() => parseArguments(['gamebot', '--teams', '2'])).toThrow(UsageError);
  });

  it('attacks both stores for four seconds each unless told otherwise', () => {
    expect(parseArguments(['attack'])).toEqual({ command: 'attack', seconds: 4, stores: ['sqlite', 'postgres'] });
    expect(parseArguments(['attack', '--seconds', '1', '--store', 'postgres'])).toMatchObject({
      seconds: 1,
      stores: ['postgres'],
    });
  });

  it('starts with a hundred thousand installations on each store unless told otherwise', () => {
    expect(parseArguments(['start'])).toEqual({
      command: 'start',
      teams: 100_000,
      rounds: 3,
      stores: ['sqlite', 'postgres'],
    });
    expect(parseArguments(['start', '--teams', '10', '--rounds', '1', '--store', 'sqlite'])).toMatchObject({
      teams: 10,
      rounds: 1,
      stores: ['sqlite'],
    });
  });

  it('measures every part of a cluster of 300 teams unless told otherwise', () => {
    expect(parseArguments(['cluster'])).toEqual({
      command: 'cluster',
      teams: 300,
      rounds: 3,
      parts: ['failover', 'rebalance', 'latency', 'throughput', 'restart'],
      quick: false,
      json: false,
    });
    const words = ['cluster', '--quick', '--only', 'latency,restart', '--rounds', '2', '--json'];
    expect(parseArguments(words)).toMatchObject({ teams: 30, rounds: 2, parts: ['latency', 'restart'], json: true });
  });

  it('gives help wherever it is asked for', () => {
    expect(parseArguments(['--help'])).toEqual({ command: 'help' });
    expect(parseArguments(['connections', '-h'])).toEqual({ command: 'help' });
  });

  it.each([
    [[], 'Name a benchmark'],
    [['events'], 'Unknown benchmark events'],
    [['connections', 'more'], 'Unexpected more'],
    [['connections', '--kills', '5'], 'connections takes no --kills'],
    [['crash', '--quick'], 'crash takes no --quick'],
    [['cluster', '--only', 'latency,speed'], '--only must name failover, rebalance, latency, throughput, restart'],
    [['cluster', '--teams', '9'], '--teams must be a whole number from 10 to 20000'],
    [['intake', '--store', 'mysql'], '--store must be sqlite, postgres or both, not "mysql"'],
    [['intake', '--ids', '-1'], '--ids'],
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

  it('breaks three nodes for ten minutes on each transport unless told otherwise', () => {
    expect(parseArguments(['chaos', '--seed', '7'])).toEqual({
      command: 'chaos',
      minutes: 10,
      seed: 7,
      nodes: 3,
      teams: 2_000,
      rate: 40,
      transports: ['http', 'rtm'],
      kinds: undefined,
      keep: undefined,
    });
    expect(parseArguments(['chaos', '--transport', 'rtm', '--faults', 'kill,failover'])).toMatchObject({
      transports: ['rtm'],
      kinds: ['kill', 'failover'],
    });
    expect(() => parseArguments(['chaos', '--faults', 'flood'])).toThrow('not "flood"');
    expect(() => parseArguments(['chaos', '--transport', 'http,mail'])).toThrow(
      '--transport must name http, socket, rtm, with commas; not "mail"',
    );
  });
});
