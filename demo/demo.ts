/** `npm run demo`: a simulated Slack, the server and the hello bot. With `--tour` the story plays by itself and proves each step. */
import { fileURLToPath } from 'node:url';
import { runTour } from './tour/tour.ts';

const CLI = fileURLToPath(new URL('../packages/server/src/cli/main.ts', import.meta.url));
const BOT = fileURLToPath(new URL('../examples/hello/bot.ts', import.meta.url));
const [, , ...words] = process.argv;

if (words.includes('--help')) {
  console.log('npm run demo              a simulated Slack with three workspaces, the server and the hello bot');
  console.log('npm run demo -- --tour    the story of the disabled integration, played and proved');
} else if (words.includes('--tour')) {
  process.exitCode = await runTour({ cli: CLI, bot: BOT });
} else {
  // The same as `slack-bot-server dev` with the hello bot, in this very process: a second one could be orphaned.
  process.argv.splice(1, 1, CLI, 'dev', BOT);
  await import(CLI);
}
