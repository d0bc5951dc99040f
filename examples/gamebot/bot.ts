/**
 * A bot that keeps leaderboards of games, one for each channel. Run it with: npx slack-bot-server dev examples/gamebot/bot.ts
 * What it can be told by its environment is in the README; createGamebot takes the same from code.
 */
import { createGamebot } from './gamebot.ts';
import { optionsIn } from './options.ts';

export default createGamebot(optionsIn(process.env));
