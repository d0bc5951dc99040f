/** Answers of servers of other versions, older and newer ones. */
import { describe, expect, it } from 'vitest';
import { replayEvents } from '../operations/events/replay-events.ts';
import { listReplays } from '../operations/replays/list-replays.ts';
import { listTeams } from '../operations/teams/list-teams.ts';
import { readAnswer } from './remote-answer.ts';

const replayed = { matching: 2, leftOut: 1, replayed: 0, replay: 3, server: null, next: 'it waits' };
const replay = { replay: 1, state: 'running', who: 'cli:ann', ended: null, total: 2, replayed: 1, filter: {} };
const asked = '2026-11-18T11:06:40.000Z';

describe('an answer of an older server', () => {
  it('that has not learned a field yet has its default', () => {
    const { leftOut: _leftOut, ...older } = replayed;
    expect(readAnswer(replayEvents.output, older)).toEqual({ data: { ...replayed, leftOut: 0 } });
  });

  it('that lacks what this version must know is refused by the name of the field', () => {
    const { matching: _matching, ...strange } = replayed;
    expect(readAnswer(replayEvents.output, strange)).toEqual({ fault: 'matching is missing' });
    const rows = { replays: [{ ...replay, asked }, replay] };
    expect(readAnswer(listReplays.output, rows)).toEqual({ fault: 'replays.1.asked is missing' });
  });
});

describe('an answer of a newer server', () => {
  it('that says more is read for what is known', () => {
    expect(readAnswer(replayEvents.output, { ...replayed, later: { a: 1 } })).toEqual({ data: replayed });
  });

  it('with a word that is not known keeps it, wherever it stands', () => {
    const rows = [
      { ...replay, asked },
      { ...replay, asked, state: 'frozen', later: true },
    ];
    const { data } = readAnswer(listReplays.output, { replays: rows }) as { data: { replays: unknown[] } };
    const ofOlder = { waits: false, why: null };
    expect(data.replays).toEqual([
      { ...replay, asked, ...ofOlder },
      { ...replay, asked, ...ofOlder, state: 'frozen' },
    ]);
  });
});

it.each([
  [null, 'it is not an object'],
  ['teams', 'it is not an object'],
  [{ teams: 'none' }, 'teams is of another kind'],
  [{ ...replayed, teams: [] }, 'nextCursor is missing'],
])('an answer of another program is refused: %j', (answer, fault) => {
  expect(readAnswer(listTeams.output, answer)).toEqual({ fault });
});
