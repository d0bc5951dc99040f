/** What the bot says of its commands: made of the declarations, for one person's language. Pure. */
import type { Entry } from './declarations.ts';
import { near } from './distance.ts';
import type { Localized } from './localized.ts';
import { escapeText } from './mrkdwn.ts';
import type { Say } from './texts.ts';
import { folded } from './tokens.ts';

export interface HelpTexts {
  summary: Localized | undefined;
  topics: Readonly<Record<string, Localized>>;
  say: Say;
  /** In the person's language. */
  localize(this: void, text: Localized): string;
}

/** What there is to help with: neither hidden nor without words for it. */
export function isShown({ usage, options }: Entry): boolean {
  return usage !== undefined && options.isHidden !== true;
}

/** The list: commands without a topic, then each topic with its own. */
export function helpList(entries: readonly Entry[], texts: HelpTexts): string {
  const shown = entries.filter(isShown);
  const { say, localize, summary } = texts;
  const lines = [summary === undefined ? say('helpTitle') : localize(summary)];
  for (const entry of shown) if (entry.options.topic === undefined) lines.push(lineOf(entry, texts));
  for (const topic of new Set(shown.map(({ options }) => options.topic))) {
    if (topic !== undefined) lines.push(...topicLines(shown, topic, texts));
  }
  lines.push(say('helpMore', { help: code('help <command>') }));
  return lines.filter((line) => line !== '').join('\n');
}

/** Of a command, under any of its names, or of a topic; undefined when there is nothing of that name. */
export function helpOn(what: string, entries: readonly Entry[], texts: HelpTexts): string | undefined {
  const shown = entries.filter(isShown);
  const wanted = folded(what.trim());
  const named = shown.filter(({ names }) => names.includes(wanted));
  if (named.length > 0) return named.map((entry) => detailsOf(entry, texts)).join('\n\n');
  const topic = topicsOf(shown).find((name) => isCalled(name, wanted, texts));
  return topic === undefined ? undefined : topicLines(shown, topic, texts).join('\n');
}

/** Names of commands and topics that are like it. */
export function nearHelp(what: string, entries: readonly Entry[]): string[] {
  const shown = entries.filter(isShown);
  const words = folded(what.trim()).split(/\s/, 5);
  return near(words, [...shown.flatMap(({ names }) => names), ...topicsOf(shown)]);
}

function topicsOf(entries: readonly Entry[]): string[] {
  return Array.from(new Set(entries.map(({ options }) => options.topic).filter((topic) => topic !== undefined)));
}

function isCalled(topic: string, wanted: string, { topics, localize }: HelpTexts): boolean {
  const title = topics[topic];
  return folded(topic) === wanted || (title !== undefined && folded(localize(title)) === wanted);
}

function topicLines(entries: readonly Entry[], topic: string, texts: HelpTexts): string[] {
  const title = texts.localize(texts.topics[topic] ?? topic);
  return [
    `*${title}*`,
    ...entries.filter(({ options }) => options.topic === topic).map((entry) => lineOf(entry, texts)),
  ];
}

function lineOf({ usage = '', options }: Entry, { localize }: HelpTexts): string {
  const summary = options.summary === undefined ? '' : ` – ${localize(options.summary)}`;
  return `• ${code(usage)}${summary}`;
}

function detailsOf(entry: Entry, texts: HelpTexts): string {
  const { description, examples = [], slash } = entry.options;
  const { localize, say } = texts;
  const names = [...entry.names.slice(1), ...(typeof slash === 'string' ? [slash] : [])];
  return [
    lineOf(entry, texts),
    description === undefined ? '' : localize(description),
    names.length > 0 ? say('helpAliases', { names: names.map(code).join(', ') }) : '',
    examples.length > 0 ? [say('helpExamples'), ...examples.map(code)].join('\n') : '',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** As code, in which Slack makes nothing else of it. */
export function code(text: string): string {
  return `\`${escapeText(text)}\``;
}
