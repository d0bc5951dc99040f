import { describe, expect, it } from 'vitest';
import type { BotServerError } from '../../errors.ts';
import { routeOfInteraction } from '../../slack/delivery/route.ts';
import { TestClock } from '../../time/test-clock.ts';
import { Unplaced } from './unplaced.ts';

function noting() {
  const clock = new TestClock();
  const lines: object[] = [];
  const errors: BotServerError[] = [];
  const unplaced = new Unplaced({
    clock,
    onUnplaced: (error) => errors.push(error),
    log: { warn: (facts) => void lines.push(facts) },
  });
  return { clock, lines, errors, unplaced };
}

const command = (teamId: string, name = '/stan') => ({ command: name, team_id: teamId });
const button = { type: 'block_actions', team: { id: 'T1' }, actions: [{ action_id: 'ok' }] };

describe('what fits no installation', () => {
  it('is told once for each shape, with its ids, and counted', () => {
    const { unplaced, lines, errors } = noting();
    for (const body of [command('T1'), command('T2'), button, button]) unplaced.note(body, routeOfInteraction(body));
    const facts = { ids: 'T1', enterpriseId: null, isEnterpriseInstall: null, more: 0 };
    expect(lines).toEqual([
      { ...facts, payloadType: 'slash_command', name: '/stan' },
      { ...facts, payloadType: 'block_actions', name: 'ok' },
    ]);
    expect(errors).toMatchObject([
      { code: 'installation_not_found', message: 'A slash_command fits no installation: it names T1' },
      { code: 'installation_not_found', message: 'A block_actions fits no installation: it names T1' },
    ]);
    expect(unplaced.count).toBe(4);
  });

  it('is summed up ten minutes later', async () => {
    const { clock, unplaced, lines } = noting();
    for (let n = 0; n < 5; n++) unplaced.note(button, routeOfInteraction(button));
    await clock.advance(600_000);
    unplaced.note(button, routeOfInteraction(button));
    expect(lines).toMatchObject([{ more: 0 }, { more: 4 }]);
  });

  it('of ever new shapes fills neither memory nor log', () => {
    const { unplaced, lines } = noting();
    for (let n = 0; n < 1_000; n++) {
      const body = { ...button, type: `type_${n}` };
      unplaced.note(body, routeOfInteraction(body));
    }
    expect(lines).toHaveLength(101);
    expect(unplaced.count).toBe(1_000);
  });
});
