/**
 * What an agent shows of its work: a task, and a plan of tasks. (https://docs.slack.dev/reference/block-kit/blocks/task-card-block,
 * …/plan-block; @slack/types 3.2.0, block-kit/blocks.d.ts)
 */

import { richText } from './rich-text.ts';
import { boolean, byType, isObject, list, object, type Rule, string, word } from './rules.ts';

/** Slack documents no limits of these; that they end here is a guess. */
const MAX_TITLE_LENGTH = 1000;
const MAX_PARTS = 1000;

const urlSource = object({ url: string(3000), text: string() });
const onlyRichText = byType({ rich_text: richText });

export const taskCard: Rule = object(
  { task_id: string(255), title: string(MAX_TITLE_LENGTH) },
  {
    status: word('pending', 'in_progress', 'complete', 'error'),
    details: onlyRichText,
    output: onlyRichText,
    sources: list(byType({ url: urlSource }), { min: 0, max: MAX_PARTS }),
    hide_title: boolean,
  },
);

/** The type of a task inside a plan may be left out. (@slack/types 3.2.0, PlanBlock) */
const task: Rule = (value, pointer) =>
  (isObject(value) && value.type === undefined ? taskCard : byType({ task_card: taskCard }))(value, pointer);

export const plan: Rule = object(
  { title: string(MAX_TITLE_LENGTH) },
  { tasks: list(task, { min: 0, max: MAX_PARTS }) },
);
