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
  expect(lines.map(({ msg, alike }) => [msg, alike])).toEqual([
    ['event not marked', undefined],
    ['job waits', undefined],
    ['event not marked', 50 * 60 - 1],
    ['job waits', 59],
    ['event not marked', 50 * 60 - 1],
    ['job waits', 59],
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
