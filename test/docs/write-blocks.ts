/**
 * Writes the TypeScript of the documentation to test/docs/compiled/, where `npm run check:types` compiles it together with the tests:
 * a program of its own would read and check all sources once more. With `--remove` it takes the folder away again.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allBlocks } from './blocks.ts';
import { toModule } from './typescript-blocks.ts';

const FOLDER = join(import.meta.dirname, 'compiled');

rmSync(FOLDER, { recursive: true, force: true });
if (!process.argv.includes('--remove')) {
  mkdirSync(FOLDER);
  // A bot file of the reader stands beside some of the code.
  writeFileSync(join(FOLDER, 'bot.ts'), "export default (_: import('slack-bot-server').BotServer) => {};\n");
  const blocks = allBlocks().filter(({ language, excuse }) => language === 'ts' && excuse === undefined);
  // The name is the place, for whoever reads the error.
  for (const block of blocks)
    writeFileSync(join(FOLDER, `${block.place.replaceAll(/[/:]/g, '-')}.ts`), toModule(block));
}
