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

/** Between two looks for an answer behind another one, in milliseconds. */
const AGAIN_MS = 100;

/** Every team plays one match: three commands. */
export async function playMatches(options: SeasonOptions): Promise<Played> {
  const { teams, signal, onAnswer = () => {} } = options;
  const played: Played = { commands: 0, tookMs: 0, answeredMs: [], lost: [] };
  const beganAtMs = performance.now();
  await inLanes(teams, async ({ teamId, ann, bob }) => {
    const match = [
      { user: ann, text: `pp challenge <@${bob}>`, expected: /`accept`/ },
      { user: bob, text: 'pp accept', expected: /^It is on/ },
      { user: bob, text: 'pp lost 15:21', expected: /21:15/ },
    ];
    for (const question of match) {
      signal.throwIfAborted();
      played.commands++;
      const answer = await ask({ ...options, teamId, ...question });
      if (answer === undefined) played.lost.push(`${question.text} in ${teamId}`);
      else onAnswer(played.answeredMs.push(answer.tookMs));
    }
  });
  return { ...played, tookMs: performance.now() - beganAtMs };
}

/** What the boards say: teams that have counted another number of matches. */
export async function wrongCounts(options: SeasonOptions & { matches: number }): Promise<string[]> {
  const { teams, matches } = options;
  const wrong: string[] = [];
  await inLanes(teams, async ({ teamId, ann }) => {
    const expected = /^(\d+) games? this season/;
    const answer = await ask({ ...options, teamId, user: ann, text: 'pp games', expected });
    const count = answer?.found[1] ?? 'no answer';
    if (count !== String(matches)) wrong.push(`${teamId} counted ${count} matches, and played ${matches}`);
  });
  return wrong;
}

interface Question {
  teamId: string;
  user: string;
  text: string;
  /** Its answer, and none of a command before. */
  expected: RegExp;
}

interface Answer {
  tookMs: number;
  found: RegExpExecArray;
}

/**
 * Says it and waits for its answer. An answer of before a kill may come once more, and who took that for the one of this command would go
 * on before Slack has delivered it again: a match would be lost of which no command was.
 */
async function ask({
  answers,
  signal,
  ...question
}: Pick<SeasonOptions, 'control' | 'answers' | 'signal'> & Question): Promise<Answer | undefined> {
  const { control, teamId, user, text } = question;
  const saidAtMs = Date.now();
  const answered = answers.next(teamId, { limitMs: PATIENCE_MS, signal });
  const { ts } = await control.say({ team: teamId, user, channel: 'general', text });
  let atMs = await answered;
  while (atMs !== undefined && atMs - saidAtMs < PATIENCE_MS) {
    const found = await answerSince(question, ts);
    if (found) return { tookMs: Math.max(0, atMs - saidAtMs), found };
    signal.throwIfAborted();
    await sleep(AGAIN_MS);
    atMs = Date.now();
  }
  return undefined;
}

async function answerSince(
  { control, teamId, expected }: Pick<SeasonOptions, 'control'> & Question,
  ts: string,
): Promise<RegExpExecArray | undefined> {
  const messages = await control.messages({ team: teamId, channel: 'general', limit: 5 });
  const answers = messages.filter((message) => message.isBot && Number(message.ts) > Number(ts));
  return answers.map((message) => expected.exec(message.text)).find((found) => found !== null) ?? undefined;
}

async function inLanes(teams: readonly Players[], work: (team: Players) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let team = teams[next++]; team; team = teams[next++]) await work(team);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
}
