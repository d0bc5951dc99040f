/** A listener that does nothing but count, and writes the count to a file of its own: for throughput, where a line each would cost. */
import { writeFileSync } from 'node:fs';
import type { BotServer } from 'slack-bot-server';

const WRITE_EVERY_MS = 50;

const { CLUSTER_FILE: file = '' } = process.env;
let count = 0;
let lastAtMs = 0;
let written = 0;

export default ({ bot }: BotServer) => {
  bot.event('message', async () => {
    count++;
    lastAtMs = Date.now();
  });
  setInterval(() => {
    if (written === count) return;
    written = count;
    writeFileSync(file, `${count} ${lastAtMs}\n`);
  }, WRITE_EVERY_MS).unref();
};
