/** Whether a server ran when the message was written: what is said while Slack may send it once more, and just after a start. */
import { describe, expect, it } from 'vitest';
import { aFact, aProcess, NOW_MS, SENT_MS, tell } from './absence.test-kit.ts';

const stopped = [aFact('started', SENT_MS - 90_000), aFact('stopped', SENT_MS - 60_000)];
const SOON_MS = SENT_MS + 60_000;
/** It answers, and has not written yet that it started. */
const fresh = (transport: string) => {
  const reach = { remembers: 0, sinceMs: SENT_MS + 30_000 };
  return aProcess({ node: 'n2', startedAtMs: SENT_MS + 30_000, transport, reach });
};

describe('over HTTP, while no server ran', () => {
  it('is likely and may still come while Slack tries again, whether a server runs by now or not', () => {
    const now = tell({ around: stopped, processes: [fresh('http')], nowMs: SOON_MS });
    expect(now).toMatchObject({ outcome: 'never_arrived', main: { certainty: 'likely' } });
    expect(now.main.text).toMatch(
      /^It has not arrived yet\. Likely: No server ran at that time: .*three times within six/,
    );
    const none = tell({ around: stopped, processes: [], transport: 'http', nowMs: SOON_MS });
    expect(none).toMatchObject({ outcome: 'unknown' });
    expect(none.sentences[1]).toMatchObject({ certainty: 'likely', text: expect.stringMatching(/within six minutes/) });
  });

  it('never arrived when Slack has given up', () => {
    const later = tell({ around: stopped, processes: [fresh('http')], nowMs: NOW_MS });
    expect(later.main.text).toMatch(/^It never arrived\. Likely: No server ran at that time/);
  });

  it.each(['socket', 'rtm'])('is proved over %s, where Slack does not wait for a server', (transport) => {
    const told = tell({ around: stopped, processes: [], transport, nowMs: SOON_MS });
    expect(told).toMatchObject({ outcome: 'never_arrived', main: { certainty: 'proved' } });
  });
});

describe('a server that answers', () => {
  it('does not say that none has started since, before its start has a row', () => {
    const told = tell({ around: stopped, processes: [fresh('rtm')], nowMs: SOON_MS });
    expect(told.main.text).toMatch(/and the next one started at 09:00:30 UTC\.$/);
  });

  it('ran at that time although the row of its start is gone, and another one stopped', () => {
    const other = [aFact('started', SENT_MS - 90_000, {}, { node: 'n2' })];
    const around = [...other, aFact('stopped', SENT_MS - 60_000, {}, { node: 'n2' })];
    expect(JSON.stringify(tell({ around, processes: [aProcess({ transport: 'rtm' })] }))).not.toContain(
      'No server ran',
    );
  });
});
