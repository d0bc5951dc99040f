/**
 * What an hour's events leave in both pages: an event a second, in two minutes. Garbage is collected before each look, so that what is
 * left is held by something. The first third fills what is bounded by number: lists, the log, the charts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { register } from '../packages/server/src/testing/slack-button.ts';
import { type Weight, weightOf } from './measured.ts';
import { startProcess } from './processes.ts';

const EVENTS = 3_600;
const WITHIN_MS = 120_000;
const THIRDS = 3;
const ADMIN_TOKEN = 'hour-admin-token-0123456789abcdef';
const BOT = fileURLToPath(new URL('bot.ts', import.meta.url));

export async function measureHour(browser: Browser, cwd: string): Promise<void> {
  const words = ['packages/server/src/cli/main.ts', 'dev', BOT, '--teams', '3', '--simulator-port', '0'];
  await using dev = await startProcess(words, {
    cwd,
    address: /Add the bot to a workspace +(http\S+)[\s\S]*The simulated Slack +(http\S+)/,
    env: { SLACK_TRANSPORT: 'socket', PORT: '0', ADMIN_TOKEN },
  });
  const [serverUrl = '', slackUrl = ''] = dev.urls;
  const { teams } = (await (await fetch(`${slackUrl}/_sim/teams`)).json()) as { teams: { id: string }[] };
  for (const { id } of teams) await register(serverUrl, { team: id });
  const open = async (url: string) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(url);
    return page;
  };
  const pages: Record<string, Page> = {
    'simulator: a conversation, the traffic': await open(`${slackUrl}/?team=${teams[0]?.id}&channel=bot&panel=log`),
    'dashboard: the overview': await open(`${serverUrl}/admin#token=${ADMIN_TOKEN}`),
    'dashboard: the events': await open(`${serverUrl}/admin/events#token=${ADMIN_TOKEN}`),
  };
  // Each page begins in a browser of its own, so that all of them are looked at.
  await say(slackUrl, teams, { from: 0, to: 100, withinMs: 5_000 });
  const weights = [await weigh(pages)];
  for (let third = 0; third < THIRDS; third++) {
    const [from, to] = [third, third + 1].map((one) => 100 + Math.round((one * EVENTS) / THIRDS));
    process.stderr.write(`· events ${from} to ${to}\n`);
    await say(slackUrl, teams, { from: from ?? 0, to: to ?? 0, withinMs: WITHIN_MS / THIRDS });
    weights.push(await weigh(pages));
  }
  process.stdout.write(`\n${tableOf(Object.keys(pages), weights)}\n`);
  for (const page of Object.values(pages)) await page.context().close();
}

/** One after the other at an even pace, or as fast as they are taken. */
async function say(
  slackUrl: string,
  teams: readonly { id: string }[],
  { from, to, withinMs }: { from: number; to: number; withinMs: number },
): Promise<void> {
  const beganMs = Date.now();
  for (let index = from; index < to; index++) {
    const early = beganMs + ((index - from) * withinMs) / (to - from) - Date.now();
    if (early > 0) await sleep(early);
    const team = teams[index % teams.length]?.id;
    // A few fail, and the rest are answered.
    const text = index % 20 === 19 ? `boom ${index}` : `hi, message ${index}`;
    const response = await fetch(`${slackUrl}/_sim/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ team, to: 'bot', text }),
    });
    if (!response.ok) throw new Error(`A message was refused: ${await response.text()}`);
  }
}

async function weigh(pages: Readonly<Record<string, Page>>): Promise<Weight[]> {
  // What was told last is drawn by then: lists are read again after 1.5 s.
  await sleep(5_000);
  const weights: Weight[] = [];
  for (const page of Object.values(pages)) weights.push(await weightOf(page));
  return weights;
}

function tableOf(names: readonly string[], weights: readonly Weight[][]): string {
  const cell = ({ heapBytes, nodes, listeners }: Weight) => `${(heapBytes / 1e6).toFixed(1)} / ${nodes} / ${listeners}`;
  const lines = names.map((name, index) => {
    const cells = weights.map((all) => all[index]).map((one) => (one ? cell(one) : '–'));
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return `| heap, MB / nodes / listeners | at first | 1/3 | 2/3 | ${EVENTS} events |\n| --- | ---: | ---: | ---: | ---: |\n${lines.join('\n')}\n`;
}
