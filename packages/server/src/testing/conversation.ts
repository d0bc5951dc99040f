/** A conversation as text: one message a line, with names in place of ids, so that it reads well and is the same in each run. */
import type { MessageInfo, TeamInfo } from 'slack-simulator';
import { StableNames } from './stable.ts';

/** @param messages Oldest first. @param team Whose they are. */
export function conversationText(messages: readonly MessageInfo[], team: TeamInfo): string {
  const names = new StableNames();
  names.know(team);
  return messages.map((message) => lineOf(message, names)).join('\n');
}

function lineOf(message: MessageInfo, names: StableNames): string {
  const { name, text, ts, threadTs, reactions = [], files = [] } = message;
  const thread = threadTs !== undefined && threadTs !== ts ? '  ↳ ' : '';
  const more = [
    ...shapesOf(message.blocks).map((shape) => `[${shape}]`),
    ...files.map((file) => `[file ${file.name}]`),
    ...reactions.map((one) => `:${one.name}:${one.users.length > 1 ? ` ${one.users.length}` : ''}`),
  ];
  const words = names.text(text).replaceAll('\n', '\n    ');
  return `${thread}${name}: ${[words, ...more].filter((part) => part !== '').join(' ')}`;
}

/** `actions: approve, deny`: the blocks of a message, with what can be used in them. */
function shapesOf(blocks: readonly unknown[] | undefined): string[] {
  const shown = (blocks ?? []).map((block) => {
    const { type = 'block' } = block as { type?: string };
    const ids = actionIdsIn(block);
    return ids.length > 0 ? `${type}: ${ids.join(', ')}` : type;
  });
  // Slack makes a rich_text block of each text that a person writes.
  return shown.filter((shape) => shape !== 'rich_text');
}

function actionIdsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    key === 'action_id' && typeof part === 'string' ? [part] : actionIdsIn(part),
  );
}
