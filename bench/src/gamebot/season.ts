/** Teams play: each its matches one command after the other, as people do who wait for the answer; many teams at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatorControl } from 'slack-simulator';
import type { Answers } from './answers.ts';

/** A team with two people who play. */
export interface Players {
  teamId: string;
  ann: string;
  bob: string;
}

export interface Played {
  commands: number;
  tookMs: number;
  /** From the person's message to the answer at Slack. */
  answeredMs: number[];
  /** Commands that were never answered. */
  lost: string[];
}

export interface SeasonOptions {
  control: SimulatorControl;
  answers: Answers;
  teams: readonly Players[];
  /** Told how many commands were answered. */
  onAnswer?: (count: number) => void;
  signal: AbortSignal;
}

/** People who wait for an answer at the same time. */
const AT_A_TIME = 24;
/** What has no answer by then is lost: a lease and its takeover, and Slack's second try, which comes after a minute. */
const PATIENCE_MS = 150_000;

/** Every team plays one match: three commands. */
export async function playMatches(options: SeasonOptions): Promise<Played> {
  const { teams, signal, onAnswer = () => {} } = options;
  const played: Played = { commands: 0, tookMs: 0, answeredMs: [], lost: [] };
  const beganAtMs = performance.now();
  await inLanes(teams, async ({ teamId, ann, bob }) => {
    const match = [
      { user: ann, text: `pp challenge <@${bob}>` },
      { user: bob, text: 'pp accept' },
      { user: bob, text: 'pp lost 15:21' },
    ];
    for (const { user, text } of match) {
      signal.throwIfAborted();
      played.commands++;
      const tookMs = await ask({ ...options, teamId, user, text });
      if (tookMs === undefined) played.lost.push(`${text} in ${teamId}`);
      else onAnswer(played.answeredMs.push(tookMs));
    }
  });
  return { ...played, tookMs: performance.now() - beganAtMs };
}

/** What the boards say: teams that have counted another number of matches. */
export async function wrongCounts(options: SeasonOptions & { matches: number }): Promise<string[]> {
  const { teams, control, matches } = options;
  const wrong: string[] = [];
  await inLanes(teams, async ({ teamId, ann }) => {
    await ask({ ...options, teamId, user: ann, text: 'pp games' });
    const said = (await control.messages({ team: teamId, channel: 'general', limit: 1 })).at(-1)?.text ?? '';
    const [, count = 'no answer'] = /^(\d+) games? this season/.exec(said) ?? [];
    if (count !== String(matches)) wrong.push(`${teamId} counted ${count} matches, and played ${matches}`);
  });
  return wrong;
}

async function ask({
  control,
  answers,
  teamId,
  user,
  text,
  signal,
}: Pick<SeasonOptions, 'control' | 'answers' | 'signal'> & { teamId: string; user: string; text: string }): Promise<
  number | undefined
> {
  const saidAtMs = Date.now();
  const answered = answers.next(teamId, { limitMs: PATIENCE_MS, signal });
  await control.say({ team: teamId, user, channel: 'general', text });
  const atMs = await answered;
  // The event is done a moment after its answer; who types the next one takes longer than that.
  await sleep(1);
  return atMs === undefined ? undefined : Math.max(0, atMs - saidAtMs);
}

async function inLanes(teams: readonly Players[], work: (team: Players) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let team = teams[next++]; team; team = teams[next++]) await work(team);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
}
