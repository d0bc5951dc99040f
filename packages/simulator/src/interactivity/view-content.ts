/** Reads a view as an app sent it, and says what is wrong with it. (https://docs.slack.dev/reference/views) */
import { blockProblems } from '../content/block-kit/blocks.ts';
import { plainText } from '../content/block-kit/elements.ts';
import { normalizedBlocks } from '../content/block-kit/normalize.ts';
import {
  anything,
  boolean,
  isObject,
  list,
  object,
  problem,
  type Rule,
  string,
  word,
} from '../content/block-kit/rules.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { ViewContent } from './view.ts';

/** Beyond this a view is view_too_large. (https://docs.slack.dev/reference/methods/views.open) */
export const MAX_VIEW_BYTES = 250_000;
const MAX_BLOCKS = 100;

const common = {
  private_metadata: string(3000, 0),
  callback_id: string(255, 0),
  external_id: string(255, 0),
};
const blocks = list(anything, { min: 0, max: MAX_BLOCKS });
const rules: Readonly<Record<ViewContent['type'], Rule>> = {
  modal: object(
    { type: word('modal'), title: plainText(24), blocks },
    {
      ...common,
      submit: plainText(24),
      close: plainText(24),
      clear_on_close: boolean,
      notify_on_close: boolean,
      submit_disabled: boolean,
    },
  ),
  home: object({ type: word('home'), blocks }, common),
};

/** What is wrong with it, in Slack's words; or what it says. `freshId` makes ids for blocks without one. */
export function readView(
  raw: Json,
  type: ViewContent['type'],
  freshId: () => string,
): { problems: readonly string[] } | { content: ViewContent } {
  const problems = viewProblems(raw, type);
  if (problems.length > 0) return { problems };
  const text = (name: string) => (typeof raw[name] === 'string' ? raw[name] : '');
  const part = (name: string) => (isObject(raw[name]) ? withEmoji(raw[name]) : undefined);
  return {
    content: {
      type,
      blocks: normalizedBlocks(Array.isArray(raw.blocks) ? raw.blocks : [], freshId),
      title: part('title'),
      submit: part('submit'),
      close: part('close'),
      private_metadata: text('private_metadata'),
      callback_id: text('callback_id'),
      external_id: text('external_id'),
      clear_on_close: raw.clear_on_close === true,
      notify_on_close: raw.notify_on_close === true,
      submit_disabled: raw.submit_disabled === true,
    },
  };
}

function viewProblems(raw: Json, type: ViewContent['type']): readonly string[] {
  const own = rules[type](raw, '/view');
  if (own.length > 0 || !Array.isArray(raw.blocks)) return own;
  const inBlocks = blockProblems(raw.blocks, type).map((text) =>
    text.replace('json-pointer:/blocks', 'json-pointer:/view/blocks'),
  );
  const hasInput = raw.blocks.some((block) => isObject(block) && block.type === 'input');
  if (inBlocks.length > 0 || type === 'home' || !hasInput || raw.submit !== undefined) return inBlocks;
  return problem('must define `submit` to use an `input` block in modals', '/view');
}

function withEmoji(part: Json): Json {
  return { emoji: true, ...part };
}
