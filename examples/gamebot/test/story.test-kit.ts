/**
 * The story of two teams and a season, which has to be the same on every transport and store: one team loses its integration in the
 * middle and comes back to its board, and the server is replaced while a match is on.
 */
import { openStage, type Stage, type StageOptions } from 'slack-bot-server/testing';
import { createGamebot } from '../gamebot.ts';
import { play } from './play.test-kit.ts';

/** @throws AssertionError where anything of it goes otherwise */
export async function playStory(options: Pick<StageOptions, 'transport' | 'server'>): Promise<void> {
  const stage = await openStage({ bot: createGamebot(), teams: ['Acme', 'Globex'], ...options });
  try {
    await playSeason(stage);
  } finally {
    await stage.close();
  }
}

async function playSeason(stage: Stage): Promise<void> {
  for (const team of ['Acme', 'Globex']) {
    await play(
      stage,
      `
      ann: pp challenge @bob
      bot: ann against bob! @bob: \`accept\` or \`decline\`?
      bob: pp accept
      bot: It is on: ann against bob.
      `,
      { team },
    );
  }
  await play(stage, 'bob: pp lost 15:21\nbot: ann won against bob, 21:15.\nann 56 (+56), bob -56 (-56)', {
    team: 'Acme',
  });

  // Slack proves that Acme's integration is gone, by the ways that it has on each transport; Globex plays on.
  await stage.break({ kind: stage.transport === 'rtm' ? 'disable_integration' : 'remove_app', team: 'Acme' });
  await stage.team('Acme').told('deactivated', { withinMs: 60_000 });
  await play(stage, 'ann: pp resigned\nbot: ann resigned against bob.\nbob 48 (+48), ann -48 (-48)', {
    team: 'Globex',
  });

  // A deployment in the middle of a challenge.
  await play(stage, 'bob: pp challenge @ann\nbot: bob against ann! @ann: `accept` or `decline`?', { team: 'Globex' });
  await stage.restart();
  await play(stage, 'ann: pp accept\nbot: It is on: bob against ann.', { team: 'Globex' });

  // Acme installs the bot again, and finds its board as it was.
  await stage.team('Acme').installs();
  await play(
    stage,
    `
    ann: pp leaderboard
    bot: 1. ann: 1 win, 0 losses (elo: 56, lately 56)
      2. bob: 0 wins, 1 loss (elo: -56, lately -56)
    bob: pp undo
    bot: Taken back: ann won against bob, 21:15. The challenge is open again.
    ann: pp lost
    bot: bob beat ann.
      bob 48 (+48), ann -48 (-48)
    ann: pp reset #general
    bot: Season 1, ${today(stage)} to ${today(stage)}: 1 match. 1. bob, 2. ann
      Season 2 begins.
    `,
    { team: 'Acme' },
  );
  await play(
    stage,
    `
    ann: pp season
    bot: Season 1, since ${today(stage)}: 1 match. 1. bob, 2. ann
    ann: pp challenges
    bot: • bob against ann: accepted a moment ago
    `,
    { team: 'Globex' },
  );
}

function today(stage: Stage): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' }).format(stage.running.server.now());
}
