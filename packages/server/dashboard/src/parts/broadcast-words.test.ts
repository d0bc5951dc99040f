import { expect, it } from 'vitest';
import { cancelledBecause, previewWords, recipientWords, toneOf } from './broadcast-words.ts';

const preview = (teams: number, installerUnknown = 0) => previewWords({ teams, installerUnknown, minutes: 0.1 });

it('the question before a broadcast says who gets it, and who is skipped because nobody knows who installed the app there', () => {
  expect(preview(3)).toEqual({
    title: 'Send to 3 teams?',
    verb: 'Send to 3 teams',
    text: 'It takes about 1 min. What was sent stays sent; the rest can be cancelled.',
  });
  expect(preview(3, 1)).toMatchObject({
    title: 'Send to 2 of 3 teams?',
    verb: 'Send to 2 teams',
    text: expect.stringMatching(
      /^1 team is skipped: nobody knows who installed the app there\. Cancel and name a channel /,
    ),
  });
  expect(preview(1_300, 1_299)).toMatchObject({
    title: 'Send to 1 of 1,300 teams?',
    verb: 'Send to 1 team',
    text: expect.stringMatching(/^1,299 teams are skipped: /),
  });
});

it('a broadcast that nobody would get is not asked for', () => {
  expect(preview(0)).toBe('No active team matches: nobody would get it.');
  expect(preview(2, 2)).toMatch(
    /^Nobody would get it: of 2 teams nobody knows who installed the app\. Name a channel /,
  );
});

it('a broadcast that has ended is good only where everybody got it', () => {
  const tone = (counts: object, state: 'done' | 'running' = 'done') =>
    toneOf({ state, counts: { waiting: 0, sending: 0, sent: 0, failed: 0, skipped: 0, not_posted: 0, ...counts } });
  expect([tone({ sent: 2 }), tone({ sent: 1, failed: 1 }), tone({ sent: 1, skipped: 1 })]).toEqual([
    'good',
    'warn',
    'warn',
  ]);
  expect([tone({ failed: 2 }), tone({ sent: 1, failed: 1 }, 'running')]).toEqual(['bad', 'info']);
});

it('a broadcast says to whom it goes, and to whom where that is not known', () => {
  expect(recipientWords({ to: 'installer', orElse: null })).toBe('who installed the app');
  expect(recipientWords({ to: 'installer', orElse: '#general' })).toBe(
    'who installed the app, or to #general where that is not known',
  );
  expect(recipientWords({ to: '#general', orElse: null })).toBe('#general');
});

it('a broadcast that was cancelled by itself says why', () => {
  expect(cancelledBecause('writer_died')).toMatch(/died\. Nothing was posted; start it again\.$/);
  expect(cancelledBecause('newer')).toBe('newer');
});
