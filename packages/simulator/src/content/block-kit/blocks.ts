/** What blocks need, and where each may be. (https://docs.slack.dev/reference/block-kit/blocks) */
import { anyText, contextElement, element, image, plainText } from './elements.ts';
import {
  anyOf,
  anything,
  boolean,
  byType,
  isObject,
  list,
  NO_PROBLEMS,
  object,
  problem,
  type Rule,
  show,
  string,
  word,
} from './rules.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

/** So many blocks fit. (https://docs.slack.dev/reference/block-kit/blocks) */
export const MOST_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

const richText = list(
  byType({
    rich_text_section: object({ elements: list(anything, { min: 0, max: 10_000 }) }),
    rich_text_list: object({ style: word('bullet', 'ordered'), elements: list(anything, { min: 0, max: 10_000 }) }),
    rich_text_quote: object({ elements: list(anything, { min: 0, max: 10_000 }) }),
    rich_text_preformatted: object({ elements: list(anything, { min: 0, max: 10_000 }) }),
  }),
  { min: 0, max: 1000 },
);

const everywhere: Readonly<Record<string, Rule>> = {
  section: anyOf(
    ['text', 'fields'],
    object({}, { text: anyText(3000), fields: list(anyText(2000), { max: 10 }), accessory: element, expand: boolean }),
  ),
  divider: object({}),
  header: object({ text: plainText(150) }),
  image: (value, pointer) => [...image(value, pointer), ...object({}, { title: plainText(2000) })(value, pointer)],
  context: object({ elements: list(contextElement, { max: 10 }) }),
  context_actions: object({ elements: list(element, { max: 5 }) }),
  actions: object({ elements: list(element, { max: 25 }) }),
  input: object(
    { label: plainText(2000), element },
    { hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  ),
  rich_text: object({ elements: richText }),
  video: object(
    { title: plainText(200), video_url: string(3000), thumbnail_url: string(3000), alt_text: string(2000) },
    { description: plainText(200), author_name: string(50), provider_name: string(50), title_url: string(3000) },
  ),
  container: object({}),
};

const inMessages: Readonly<Record<string, Rule>> = {
  ...everywhere,
  markdown: object({ text: string(12_000) }),
  file: object({ external_id: string(255), source: word('remote') }),
  call: object({ call_id: string(255) }),
  table: object({ rows: list(list(anything, { max: 20 }), { max: 100 }) }),
  data_table: object({}),
  data_visualization: object({}),
  task_card: object({ task_id: string(255), title: string(1000) }),
  plan: object({ title: string(1000) }),
  card: object({}),
  carousel: object({ elements: list(anything, { max: 10 }) }),
};

const rulesOn: Readonly<Record<Surface, Rule>> = {
  message: byType(inMessages),
  modal: byType({ ...everywhere, alert: object({}) }),
  home: byType(everywhere),
};

/** What is wrong with blocks, in Slack's words and with JSON pointers; empty when nothing is. */
export function blockProblems(blocks: readonly unknown[], surface: Surface): readonly string[] {
  const rule = list(rulesOn[surface], { min: 0, max: MOST_BLOCKS[surface] });
  return [...rule(blocks, '/blocks'), ...idProblems(blocks), ...actionIdProblems(blocks)];
}

/** An action_id may come again in another block, but not in the same. (knacklabs/gantry#458) */
function actionIdProblems(blocks: readonly unknown[]): readonly string[] {
  return blocks.flatMap((block, index) => {
    if (!isObject(block) || !Array.isArray(block.elements)) return NO_PROBLEMS;
    const seen = new Set<unknown>();
    return block.elements.flatMap((one: unknown, at) => {
      const id = isObject(one) ? one.action_id : undefined;
      if (id === undefined || id === null) return NO_PROBLEMS;
      const isRepeated = seen.has(id);
      seen.add(id);
      const pointer = `/blocks/${index}/elements/${at}/action_id`;
      return isRepeated ? problem(`action_id already exists: ${show(id)}`, pointer) : NO_PROBLEMS;
    });
  });
}

function idProblems(blocks: readonly unknown[]): readonly string[] {
  const seen = new Set<unknown>();
  return blocks.flatMap((block, index) => {
    const id = isObject(block) ? block.block_id : undefined;
    if (id === undefined) return NO_PROBLEMS;
    const pointer = `/blocks/${index}/block_id`;
    if (seen.has(id)) return problem(`block_id already exists: ${show(id)}`, pointer);
    seen.add(id);
    return string(255)(id, pointer);
  });
}
