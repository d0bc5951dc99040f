/** Whatever people of three workspaces do, nobody is ever shown anything of another workspace, nor is it kept there. */
import fc from 'fast-check';
import { openStage, type Stage } from 'slack-bot-server/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Board } from '../game/board.ts';
import { createGamebot } from '../gamebot.ts';
import { note } from '../store/team-notes.ts';

const TEAMS = ['Acme', 'Globex', 'Initech'] as const;
type Team = (typeof TEAMS)[number];

let stage: Stage;
beforeAll(async () => {
  // The ids of people and channels are the same everywhere, as Slack's may be in what they belong to; their names tell them apart.
  const channels = [{ id: 'C0GENERAL', name: 'general', isGeneral: true }];
  const teams = TEAMS.map((name) => ({ name, channels, users: [`ann-${name}`, `bob-${name}`].map(personOf) }));
  stage = await openStage({ bot: createGamebot({ trialDays: 14 }), teams });
  // There is something to be shown by mistake.
  await note(stage.running.server, await idOf(SUBSCRIBER), () => ({ isSubscribed: true }));
  const first = { isAnn: true, isDirect: false, inChannel: 'lost to <@other>', inDirect: '' };
  for (const name of TEAMS) await sayIt({ team: name, ...first });
});
afterAll(() => stage.close());

/** The only one that pays. */
const SUBSCRIBER = 'Globex';

async function idOf(name: Team): Promise<string> {
  return (await stage.team(name).info()).id;
}

function personOf(name: string) {
  return { id: name.startsWith('ann') ? 'UANN' : 'UBOB', name: name.toLowerCase(), realName: name };
}

const team = fc.constantFrom(...TEAMS);
const isAnn = fc.boolean();
const inChannel = fc.constantFrom(
  'challenge <@other>',
  'accept',
  'lost',
  'lost to <@other> 3:21',
  'draw to <@other>',
  'undo',
  'leaderboard infinity',
  'challenges',
  'matches',
  'games',
  'rank <@other>',
  'seasons',
  'history',
  'set nickname the one of %TEAM%',
);
const inDirect = fc.constantFrom('team', 'channels', 'set elo base %NUMBER%', 'set');
const say = fc.record({ team, isAnn, isDirect: fc.boolean(), inChannel, inDirect });

it('never shows a team what another one has', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(say, { minLength: 6, maxLength: 12 }), async (said) => {
      for (const one of said) await sayIt(one);
      for (const name of TEAMS) expect(strangersIn(name, await textsOf(name))).toEqual([]);
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

it('keeps what a team has with that team', async () => {
  for (const name of TEAMS) {
    // It was not silence, or an apology, that told nothing above. What was played there may have been taken back.
    const inTheEnd = ['lost to <@other>', 'leaderboard infinity'].map((inChannel) => ({ inChannel, inDirect: '' }));
    for (const texts of inTheEnd) await sayIt({ team: name, isAnn: true, isDirect: false, ...texts });
    expect((await textsOf(name)).join('\n')).toMatch(
      new RegExp(`[12]\\. (ann-|bob-|the one of )${name.toLowerCase()}: \\d`),
    );
    const { documents } = await stage.running.server.data(await idOf(name)).page({ prefix: '' });
    const kept = documents.map(({ key, value }) => `${key} ${JSON.stringify(value)}`.toLowerCase());
    expect(kept.filter((text) => text.startsWith('board:'))).toHaveLength(1);
    expect(kept.join('\n')).toContain(`"name":"ann-${name.toLowerCase()}"`);
    expect(strangersIn(name, kept)).toEqual([]);
  }
});

it('counts for a team what is its own', async () => {
  // Each has played a number of matches that no other one has.
  const counts = new Map<Team, number>();
  for (const name of TEAMS) {
    do {
      await sayIt({ team: name, isAnn: true, isDirect: false, inChannel: 'lost to <@other>', inDirect: '' });
      counts.set(name, await matchesOf(name));
    } while (new Set(counts.values()).size < counts.size);
  }
  for (const name of TEAMS) {
    await sayIt({ team: name, isAnn: true, isDirect: true, inChannel: '', inDirect: 'team' });
    const [last = ''] = (await stage.team(name).person(`ann-${name}`.toLowerCase()).messages({ to: 'bot' }))
      .filter(({ isBot }) => isBot)
      .map(({ text }) => text)
      .slice(-1);
    expect(last).toMatch(new RegExp(`1 board, 2 players, ${counts.get(name)} match(es)? this season`));
    expect(last).toMatch(name === SUBSCRIBER ? /, subscribed$/ : /, on trial until /);
  }
});

async function matchesOf(name: Team): Promise<number> {
  const { value } = (await stage.running.server.data(await idOf(name)).get<Kept>('board:C0GENERAL')) ?? {};
  return value?.board.season.matches ?? 0;
}

interface Kept {
  board: Board;
}

async function sayIt({
  team: name,
  isAnn: byAnn,
  isDirect,
  ...texts
}: {
  team: Team;
  isAnn: boolean;
  isDirect: boolean;
  inChannel: string;
  inDirect: string;
}) {
  const person = stage.team(name).person(`${byAnn ? 'ann' : 'bob'}-${name}`.toLowerCase());
  const text = (isDirect ? texts.inDirect : `pp ${texts.inChannel}`)
    .replace('<@other>', byAnn ? '<@UBOB>' : '<@UANN>')
    .replace('%TEAM%', name)
    .replace('%NUMBER%', String(1_000 * (1 + TEAMS.indexOf(name))));
  await person.says(text, isDirect ? { to: 'bot' } : { channel: 'general' });
  await person.sees(({ isBot }) => isBot);
}

async function textsOf(name: Team): Promise<string[]> {
  const ann = stage.team(name).person(`ann-${name}`.toLowerCase());
  const bob = stage.team(name).person(`bob-${name}`.toLowerCase());
  const all = await Promise.all([
    ann.messages({ channel: 'general' }),
    ann.messages({ to: 'bot' }),
    bob.messages({ to: 'bot' }),
  ]);
  return all.flat().map(({ text, blocks }) => `${text} ${JSON.stringify(blocks ?? '')}`.toLowerCase());
}

/** Names, and bases of ratings, of the others. */
function strangersIn(name: Team, texts: readonly string[]): string[] {
  const others = TEAMS.filter((one) => one !== name);
  const marks = others.flatMap((one) => [one.toLowerCase(), `elo base: ${1_000 * (1 + TEAMS.indexOf(one))}`]);
  marks.push(name === SUBSCRIBER ? 'on trial until' : 'subscribed');
  return texts.filter((text) => marks.some((mark) => text.includes(mark)));
}
