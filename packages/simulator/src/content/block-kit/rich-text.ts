/** The document inside a rich_text block. (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block) */
import { anything, byType, list, object, type Rule, word } from './rules.ts';

const elements = list(anything, { min: 0, max: 10_000 });

export const richText: Rule = object({
  elements: list(
    byType({
      rich_text_section: object({ elements }),
      rich_text_list: object({ style: word('bullet', 'ordered'), elements }),
      rich_text_quote: object({ elements }),
      rich_text_preformatted: object({ elements }),
    }),
    { min: 0, max: 1000 },
  ),
});
