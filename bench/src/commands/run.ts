/** How long it takes to find the command that a message is for, in a table of 200, beside the least that could be done and a list of regular expressions. */
import { addressOf } from '../../../packages/server/src/commands/address.ts';
import { createDeclarations } from '../../../packages/server/src/commands/declarations.ts';
import { createLookup } from '../../../packages/server/src/commands/lookup.ts';
import { rotated } from '../conditions.ts';
import { type CommandsReport, type Contender, contenders, reportOf } from './report.ts';

/** Goal of the product: a table of so many commands matches within 20 µs. */
const COMMANDS = 200;
const MESSAGES = 1_000;
/** So often the messages are looked up in each measurement: a few tenths of a second. */
const PASSES = 50;

export function runCommands({
  rounds,
  onProgress,
}: {
  rounds: number;
  onProgress(this: void, text: string): void;
}): CommandsReport {
  const names = Array.from({ length: COMMANDS }, (_, index) => `${VERBS[index % VERBS.length]}${index}`);
  const finders: Record<Contender, (text: string) => boolean> = {
    floor: floorOf(names),
    expressions: expressionsOf(names),
    table: tableOf(names),
  };
  const messages = Array.from({ length: MESSAGES }, (_, index) => messageOf(names, index));
  const samples: Record<Contender, number[]> = { floor: [], expressions: [], table: [] };
  for (const find of Object.values(finders)) measure(find, messages);
  for (let round = 0; round < rounds; round++) {
    for (const who of rotated(contenders, round)) samples[who].push(measure(finders[who], messages));
    onProgress(`round ${round + 1} of ${rounds}`);
  }
  return reportOf(samples);
}

const VERBS = ['create', 'delete', 'show', 'assign', 'close', 'open', 'challenge', 'list'];

/** Most are a command with its captures, some are none, and some are not quite one. */
function messageOf(names: readonly string[], index: number): string {
  const name = names[(index * 37) % names.length];
  const forms = [
    `${name} <@U0ANN0001> 12`,
    `${name} <@U0ANN0001>`,
    `${name} to "the door" 5 now &amp; then`,
    `${name}x 1`,
  ];
  return `<@U0BOT0001> ${forms[index % forms.length]}`;
}

/** Microseconds a message. */
function measure(find: (text: string) => boolean, messages: readonly string[]): number {
  const startedAt = performance.now();
  let found = 0;
  for (let pass = 0; pass < PASSES; pass++) for (const message of messages) if (find(message)) found++;
  if (found === 0) throw new Error('Nothing was found: this measures nothing');
  return ((performance.now() - startedAt) * 1_000) / (PASSES * messages.length);
}

/** Only whether the word behind the mention is the name of a command. */
function floorOf(names: readonly string[]): (text: string) => boolean {
  const known = new Set(names);
  return (text) => known.has(text.split(' ', 2)[1] ?? '');
}

/** What a bot does whose commands are listeners with expressions: one after the other, until one fits. */
function expressionsOf(names: readonly string[]): (text: string) => boolean {
  const expressions = names.flatMap((name) => [
    new RegExp(`^<@U0BOT0001>\\s+${name}\\s+<@([UW]\\w+)>(?:\\s+(\\d+))?$`, 'i'),
    new RegExp(`^<@U0BOT0001>\\s+${name}\\s+to\\s+("[^"]*"|\\S+)\\s+(.*)$`, 'is'),
  ]);
  return (text) => expressions.some((expression) => expression.exec(text) !== null);
}

function tableOf(names: readonly string[]): (text: string) => boolean {
  const { table, entries, close } = createDeclarations();
  for (const name of names) {
    table.command(`${name} :who(user) [:count(number)]`, () => {});
    table.command(`${name} to :where :text+`, () => {});
  }
  close();
  const lookup = createLookup(entries, { bots: false, edits: false });
  return (raw) => {
    const address = addressOf(raw, { botUserId: 'U0BOT0001', aliases: [], isDirect: false });
    return lookup.find({ ...address, isBot: false, isEdit: false, parts: () => '' }).kind === 'found';
  };
}
