import { describe, expect, it } from 'vitest';
import { routeOfInteraction } from '../slack/delivery/route.ts';
import { TestClock } from '../time/test-clock.ts';
import { UnroutedDeliveries, type UnroutedProblem } from './unrouted.ts';

function noting() {
  const clock = new TestClock();
  const lines: object[] = [];
  const problems: UnroutedProblem[] = [];
  const unrouted = new UnroutedDeliveries({
    clock,
    onUnrouted: (problem) => problems.push(problem),
    log: { warn: (facts) => void lines.push(facts) },
  });
  return { clock, lines, problems, unrouted };
}

const command = (teamId: string, name = '/stan') => ({ command: name, team_id: teamId });
const button = { type: 'block_actions', team: { id: 'T1' }, actions: [{ action_id: 'ok' }] };

describe('what fits no installation', () => {
  it('is told once for each shape, with its ids, and counted', () => {
    const { unrouted, lines, problems } = noting();
    for (const body of [command('T1'), command('T2'), button, button])
      unrouted.noteInteraction(body, routeOfInteraction(body));
    const facts = { ids: 'T1', enterpriseId: null, isEnterpriseInstall: null, more: 0 };
    expect(lines).toEqual([
      { ...facts, payloadType: 'slash_command', name: '/stan' },
      { ...facts, payloadType: 'block_actions', name: 'ok' },
    ]);
    const told = { teamId: null, where: 'routing' };
    const code = 'installation_not_found';
    expect(problems).toMatchObject([
      { ...told, error: { code, message: 'A slash_command matches no installation: it names T1' } },
      { ...told, error: { code, message: 'A block_actions matches no installation: it names T1' } },
    ]);
    expect(unrouted.counts).toEqual({ events: 0, interactions: 4 });
  });

  it('is summed up ten minutes later', async () => {
    const { clock, unrouted, lines } = noting();
    for (let n = 0; n < 5; n++) unrouted.noteInteraction(button, routeOfInteraction(button));
    await clock.advance(600_000);
    unrouted.noteInteraction(button, routeOfInteraction(button));
    expect(lines).toMatchObject([{ more: 0 }, { more: 4 }]);
  });

  it('of ever new shapes fills neither memory nor log', () => {
    const { unrouted, lines } = noting();
    for (let n = 0; n < 1_000; n++) {
      const body = { ...button, type: `type_${n}` };
      unrouted.noteInteraction(body, routeOfInteraction(body));
    }
    expect(lines).toHaveLength(101);
    expect(unrouted.counts.interactions).toBe(1_000);
  });

  it('as an event is told once for each team, of a thousand teams at most, and counted', () => {
    const { unrouted, lines, problems } = noting();
    for (let n = 0; n < 1_010; n++) for (const _again of [1, 2]) unrouted.noteEvent(`T${n}`);
    expect(lines).toHaveLength(1_000);
    expect(lines[1]).toEqual({ teamId: 'T1', unknownTeams: 2, dropped: 3 });
    expect(lines.at(-1)).toMatchObject({ teamId: 'T999', isLast: true });
    expect(problems[0]).toMatchObject({ teamId: 'T0', where: 'intake', error: { code: 'team_unknown' } });
    expect(unrouted.counts).toEqual({ events: 2_020, interactions: 0 });
  });
});
