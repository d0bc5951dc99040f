/** Of a message that never arrived: what is said of a team that somebody here had deactivated, and that came back since. */
import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '../../team/installations.ts';
import { ACTIVE, aProcess, aTeam, SENT_MS, tell } from './absence.test-kit.ts';

const deactivatedFor = (why: string, code: string | null = null): TimelineEntry[] => [
  { atMs: SENT_MS + 1_000, kind: 'verdict', facts: { from: 'inactive', to: 'active' } },
  { atMs: SENT_MS - 1_000, kind: 'verdict', facts: { to: 'inactive', code, why } },
];
const rtm = { processes: [aProcess({ transport: 'rtm' })] };

describe('a message of the time in which a team was deactivated', () => {
  it.each([
    ['operator', null, 'an operator deactivated it'],
    ['bot', 'bot: trial_ended', 'the bot deactivated it itself (trial_ended)'],
  ])('by the %s did not come over RTM, and who did it is said', (why, code, words) => {
    const { main, sentences } = tell({ ...rtm, team: aTeam(ACTIVE, { timeline: deactivatedFor(why, code) }) });
    const text = `Team T1 was not active from 08:59:59 UTC to 09:00:01 UTC: ${words}. Nothing connected it meanwhile.`;
    expect(main.text).toContain(text);
    expect(sentences).toContainEqual(expect.objectContaining({ text, certainty: 'proved' }));
  });

  it('would have come over HTTP, because Slack knows nothing of that', () => {
    const { main } = tell({ team: aTeam(ACTIVE, { timeline: deactivatedFor('operator') }) });
    expect(main.text).toContain('nothing that was looked at says why');
  });
});
