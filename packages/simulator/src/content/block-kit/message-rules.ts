/** What the blocks of a message may be together. */
import type { PlacedBlock } from './nesting.ts';
import { NO_PROBLEMS, problem } from './rules.ts';
import { lengthProblems, MAX_CELL_CHARACTERS } from './tables.ts';

/** (https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block) */
const MAX_CHARTS = 2;

export function messageProblems(all: readonly PlacedBlock[]): readonly string[] {
  const ofType = (type: string) => all.filter(({ block }) => block.type === type);
  const [, secondPlan] = ofType('plan');
  const charts = ofType('data_visualization');
  const [firstTable, ...moreTables] = ofType('data_table');
  const tables = firstTable && moreTables.length > 0 ? [firstTable, ...moreTables].map(({ block }) => block) : [];
  return [
    // The words were seen in an answer of chat.update. (TightknitAI/slack-block-kit-validator, check-single-plan-block.ts)
    ...(secondPlan ? problem('Cannot have more than 1 plan block', secondPlan.pointer) : NO_PROBLEMS),
    ...charts
      .slice(MAX_CHARTS)
      .flatMap(({ pointer }) => problem('no more than 2 data_visualization blocks allowed', pointer)),
    ...lengthProblems(tables, MAX_CELL_CHARACTERS.data_table, '/blocks'),
  ];
}
