/**
 * Cards, carousels of cards, and alerts. (https://docs.slack.dev/reference/block-kit/blocks/card-block, …/carousel-block,
 * …/alert-block; @slack/types 3.2.0, block-kit/blocks.d.ts)
 */
import { anyText, button, image } from './elements.ts';
import { anyOf, byType, isObject, list, NO_PROBLEMS, object, problem, type Rule, string, word } from './rules.ts';

/** An image where nothing else may be. */
export const onlyImage: Rule = byType({ image });

/** The names are Slack's and grow. (https://docs.slack.dev/reference/block-kit/composition-objects/slack-icon-object) */
const slackIcon = byType({ icon: object({ name: string(100) }) });

const cardParts = anyOf(
  ['hero_image', 'title', 'actions', 'body'],
  object(
    {},
    {
      hero_image: onlyImage,
      icon: onlyImage,
      slack_icon: slackIcon,
      title: anyText(150),
      subtitle: anyText(150),
      body: anyText(200),
      subtext: anyText(200),
      // The page of the block says no number; slackblocks 4 and others say three.
      actions: list(byType({ button }), { max: 3 }),
    },
  ),
);

export const card: Rule = (value, pointer) => {
  const hasBoth = isObject(value) && value.icon !== undefined && value.slack_icon !== undefined;
  const both = hasBoth ? problem('only one of icon and slack_icon allowed', pointer) : NO_PROBLEMS;
  return [...cardParts(value, pointer), ...both];
};

export const carousel: Rule = object({ elements: list(byType({ card }), { max: 10 }) });

export const alert: Rule = object(
  { text: anyText(200) },
  { level: word('default', 'info', 'warning', 'error', 'success') },
);
