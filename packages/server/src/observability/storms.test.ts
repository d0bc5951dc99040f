import { expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import { TestClock } from '../time/test-clock.ts';
import { createLogger } from './logger.ts';
import { sumUpStorms } from './storms.ts';

const down = (why = 'nothing listens there') =>
  new BotServerError('store_unavailable', `The database postgres://db/bot failed: ${why}`);

function aLog() {
  const lines: { msg: string; level: number; teamId?: string; alike?: number }[] = [];
  const clock = new TestClock();
  const destination = { write: (line: string) => lines.push(JSON.parse(line)) };
  return { lines, clock, log: sumUpStorms(createLogger({ level: 'debug', format: 'json', destination }), clock) };
}

it('a database that is away is said once a minute for each message and cause, with a count', async () => {
  const { lines, clock, log } = aLog();
  for (let second = 0; second < 150; second++) {
    for (let team = 0; team < 50; team++) log.error({ teamId: `T${team}`, err: down() }, 'event not marked');
    log.warn({ err: new Error('job failed', { cause: down() }) }, 'job waits');
    await clock.advance(1_000);
  }
  // The last half minute is told although nothing more comes.
  await clock.advance(600_000);
  expect(clock.pendingTimers).toBe(0);
  expect(lines.map(({ msg, alike }) => [msg, alike])).toEqual([
    ['event not marked', undefined],
    ['job waits', undefined],
    ['event not marked', 50 * 60 - 2],
    ['job waits', 58],
    ['event not marked', 50 * 60 - 1],
    ['job waits', 59],
    ['event not marked', 50 * 30 - 1],
    ['job waits', 29],
  ]);
});

it('another cause is news at once, and everything else passes', () => {
  const { lines, log } = aLog();
  log.error({ err: down() }, 'event not marked');
  log.error({ err: down('its disk is full') }, 'event not marked');
  for (const n of [1, 2]) log.error({ err: new Error('listener threw'), n }, 'listener failed');
  for (const n of [1, 2]) log.warn({ n }, 'not connected');
  log.info({ err: down() }, 'for the record');
  expect(lines.map(({ msg }) => msg)).toEqual([
    'event not marked',
    'event not marked',
    'listener failed',
    'listener failed',
    'not connected',
    'not connected',
    'for the record',
  ]);
});

it('what was left out when the server stops is written then, and afterwards everything', async () => {
  const { lines, clock, log } = aLog();
  for (const teamId of ['T1', 'T2', 'T3']) log.error({ teamId, err: down() }, 'event not marked');
  log.warn({ err: down() }, 'job waits');
  log.endStorms();
  log.warn({ err: down() }, 'job waits');
  expect(lines.map(({ msg, teamId, alike }) => [msg, teamId, alike])).toEqual([
    ['event not marked', 'T1', undefined],
    ['job waits', undefined, undefined],
    ['event not marked', 'T3', 1],
    ['job waits', undefined, undefined],
  ]);
  await clock.advance(600_000);
  expect(lines).toHaveLength(4);
});

it('a single line needs no summing up', async () => {
  const { lines, clock, log } = aLog();
  log.error({ err: down() }, 'event not marked');
  await clock.advance(61_000);
  log.error({ err: down() }, 'event not marked');
  expect(lines.map(({ alike }) => alike)).toEqual([undefined, undefined]);
});
