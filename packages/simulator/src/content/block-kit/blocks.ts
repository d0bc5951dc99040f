/** What blocks need, and where each may be. (https://docs.slack.dev/reference/block-kit/blocks) */
import { alert, card, carousel, onlyImage } from './cards.ts';
import { dataVisualization } from './charts.ts';
import { anyText, contextElement, element, feedbackElement, image, plainText } from './elements.ts';
import { messageProblems } from './message-rules.ts';
import { allBlocks, type PlacedBlock } from './nesting.ts';
import { richText } from './rich-text.ts';
import {
  anyOf,
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
import { dataTable, table } from './tables.ts';
import { plan, taskCard } from './tasks.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

/** So many blocks fit. (https://docs.slack.dev/reference/block-kit/blocks) */
export const MAX_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** Where each block may be is what https://docs.slack.dev/blocks.json says in `available-in-surfaces` (September 2026). */
const olderBlocks: Readonly<Record<string, Rule>> = {
  section: anyOf(
    ['text', 'fields'],
    object({}, { text: anyText(3000), fields: list(anyText(2000), { max: 10 }), accessory: element, expand: boolean }),
  ),
  divider: object({}),
  header: object({ text: plainText(150) }),
  image: (value, pointer) => [...image(value, pointer), ...object({}, { title: plainText(2000) })(value, pointer)],
  context: object({ elements: list(contextElement, { max: 10 }) }),
  actions: object({ elements: list(element, { max: 25 }) }),
  input: object(
    { label: plainText(2000), element },
    { hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  ),
  rich_text: richText,
  video: object(
    { title: plainText(200), video_url: string(3000), thumbnail_url: string(3000), alt_text: string(2000) },
    { description: plainText(200), author_name: string(50), provider_name: string(50), title_url: string(3000) },
  ),
};
const everywhere = { ...olderBlocks, card };

const file = object({ external_id: string(255), source: word('remote') });

/**
 * What a container may hold. Slack's validator was seen to take more than the page lists, and not all of that (slack-morphism
 * 2.31, SlackContainerBlock): here the page holds. (https://docs.slack.dev/reference/block-kit/blocks/container-block)
 */
const inContainers = { ...olderBlocks, file, table };
const container = anyOf(
  ['title', 'rich_text_title'],
  object(
    { child_blocks: list(byType(inContainers), { max: 10 }) },
    {
      title: plainText(150),
      rich_text_title: byType({ rich_text: richText }),
      subtitle: anyText(150),
      width: word('narrow', 'standard', 'wide', 'full'),
      icon: onlyImage,
      is_collapsible: boolean,
      default_collapsed: boolean,
      has_header_divider: boolean,
    },
  ),
);

const notInModals: Readonly<Record<string, Rule>> = {
  carousel,
  container,
  data_table: dataTable,
  data_visualization: dataVisualization,
  table,
};

const rulesOn: Readonly<Record<Surface, Rule>> = {
  message: byType({
    ...everywhere,
    ...notInModals,
    call: object({ call_id: string(255) }),
    context_actions: object({ elements: list(feedbackElement, { max: 5 }) }),
    file,
    markdown: object({ text: string(12_000) }),
    plan,
    task_card: taskCard,
  }),
  modal: byType({ ...everywhere, alert }),
  home: byType({ ...everywhere, ...notInModals }),
};

/** What is wrong with blocks, in Slack's words and with JSON pointers; empty when nothing is. */
export function blockProblems(blocks: readonly unknown[], surface: Surface): readonly string[] {
  const rule = list(rulesOn[surface], { min: 0, max: MAX_BLOCKS[surface] });
  const all = allBlocks(blocks);
  const together = surface === 'message' ? messageProblems(all) : NO_PROBLEMS;
  return [...rule(blocks, '/blocks'), ...together, ...idProblems(all), ...actionIdProblems(all)];
}

/** An action_id may come again in another block, but not in the same. (knacklabs/gantry#458) */
function actionIdProblems(all: readonly PlacedBlock[]): readonly string[] {
  return all.flatMap(({ block, pointer }) => {
    const seen = new Set<unknown>();
    return ['elements', 'actions'].flatMap((name) => {
      const parts = block[name];
      if (!Array.isArray(parts)) return NO_PROBLEMS;
      return parts.flatMap((one: unknown, at) => {
        const id = isObject(one) ? one.action_id : undefined;
        if (id === undefined || id === null) return NO_PROBLEMS;
        const isRepeated = seen.has(id);
        seen.add(id);
        const where = `${pointer}/${name}/${at}/action_id`;
        return isRepeated ? problem(`action_id already exists: ${show(id)}`, where) : NO_PROBLEMS;
      });
    });
  });
}

function idProblems(all: readonly PlacedBlock[]): readonly string[] {
  const seen = new Set<unknown>();
  return all.flatMap(({ block: { block_id: id }, pointer }) => {
    if (id === undefined) return NO_PROBLEMS;
    const where = `${pointer}/block_id`;
    if (seen.has(id)) return problem(`block_id already exists: ${show(id)}`, where);
    seen.add(id);
    return string(255)(id, where);
  });
}
