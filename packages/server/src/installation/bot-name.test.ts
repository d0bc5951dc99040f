import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../store/store.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { BotName } from './bot-name.ts';

let store: Store;
let clock: TestClock;
let logged: string[];

beforeEach(async () => {
  store = await openTestStore();
  clock = new TestClock(0);
  logged = [];
});

function aName({ setting, on = store }: { setting?: string; on?: Store } = {}): BotName {
  return new BotName({
    storage: { store: on },
    config: { appName: setting },
    clock,
    log: { warn: (_facts, message) => void logged.push(message) },
  });
}

describe('the name of the bot', () => {
  it('is a word of ours while nothing is known', async () => {
    const name = aName();
    await name.load();
    expect(name.current).toBe('Slack bot');
  });

  it('is what Slack said, at once and after a restart', async () => {
    const name = aName();
    await name.note({ appName: 'Rota', botName: 'rota2' });
    const restarted = aName();
    await restarted.load();
    expect([name.current, restarted.current]).toEqual(['Rota', 'Rota']);
  });

  it('is the setting, whatever Slack says', async () => {
    const name = aName({ setting: 'Rota & Co' });
    await name.note({ appName: 'Something', botName: null });
    expect(name.current).toBe('Rota & Co');
  });

  it('that another node has learned is known after a minute', async () => {
    const name = aName();
    await name.load();
    await aName().note({ appName: null, botName: 'rota' });
    expect(name.current).toBe('Slack bot');
    await clock.advance(60_000);
    void name.current;
    await name.load();
    expect(name.current).toBe('rota');
  });

  it.each([
    ['nobody is named', { appName: null, botName: null }, 'Slack bot'],
    ['it is blank', { appName: ' \n ', botName: 'rota' }, 'rota'],
    ['it has several lines', { appName: 'Ro\nta\t 2' }, 'Ro ta 2'],
    ['it would turn the line around', { appName: 'exe\u202egnp\0' }, 'exegnp'],
    ['it is long', { appName: 'x'.repeat(255) }, 'x'.repeat(80)],
  ])('is one short line when %s', async (_what, identity, expected) => {
    const name = aName();
    await name.note(identity);
    expect(name.current).toBe(expected);
  });

  it('stays as it was when the database fails, and an install does not fail with it', async () => {
    const name = aName();
    await name.note({ appName: 'Rota' });
    const fails = { get: async () => Promise.reject(new Error('disk I/O error')) } as unknown as Store;
    const broken = aName({ on: fails });
    await broken.load();
    await broken.note({ appName: 'Rota' });
    expect(broken.current).toBe('Slack bot');
    expect(logged).toEqual(['name of the bot not read or stored', 'name of the bot not read or stored']);
  });
});
