/**
 * The block data_visualization: a pie, or bars, areas and lines over shared categories. Slack doubled the number of segments
 * and series in July 2026: the later numbers hold here.
 * (https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block)
 */
import {
  byType,
  firstProblem,
  isObject,
  list,
  NO_PROBLEMS,
  number,
  object,
  problem,
  type Rule,
  show,
  string,
} from './rules.ts';

// Where the header says.
const MAX_SERIES = 12;
const MAX_POINTS = 20;
const label = string(20);
const caption = string(50);

const pie = object({
  segments: list(object({ label, value: number({ above: 0 }) }), { max: MAX_SERIES }),
});

const point = object({ label, value: number() });
const series = object({ name: label, data: list(point, { max: MAX_POINTS }) });
const overCategories: Rule = firstProblem(
  object({
    series: list(series, { max: MAX_SERIES }),
    axis_config: object({ categories: list(label, { max: MAX_POINTS }) }, { x_label: caption, y_label: caption }),
  }),
  seriesProblems,
);

export const dataVisualization: Rule = object({
  title: caption,
  chart: byType({ pie, bar: overCategories, area: overCategories, line: overCategories }),
});

interface Chart {
  readonly series: readonly { readonly name: string; readonly data: readonly { readonly label: string }[] }[];
  readonly axis_config: { readonly categories: readonly string[] };
}

/** Series have names of their own, and exactly one point for each category. */
function seriesProblems(value: unknown, pointer: string): readonly string[] {
  if (!isObject(value)) return NO_PROBLEMS;
  const { series: all, axis_config: axis } = value as unknown as Chart;
  const twice = repeated(axis.categories).map((index) => `${pointer}/axis_config/categories/${index}`);
  const sameName = repeated(all.map(({ name }) => name)).map((index) => `${pointer}/series/${index}/name`);
  return [
    ...[...twice, ...sameName].flatMap((where) => problem('must be unique', where)),
    ...all.flatMap(({ data }, index) => pointProblems(data, axis.categories, `${pointer}/series/${index}/data`)),
  ];
}

function pointProblems(data: Chart['series'][number]['data'], categories: readonly string[], pointer: string) {
  const labels = data.map((one) => one.label);
  const strange = labels.flatMap((one, index) =>
    categories.includes(one) ? [] : problem(`is not a category: ${show(one)}`, `${pointer}/${index}/label`),
  );
  const again = repeated(labels).flatMap((index) => problem('must be unique', `${pointer}/${index}/label`));
  const missing = categories.filter((one) => !labels.includes(one));
  return [...strange, ...again, ...missing.flatMap((one) => problem(`missing category: ${show(one)}`, pointer))];
}

/** Where something stands that stood before. */
function repeated(texts: readonly string[]): readonly number[] {
  return texts.flatMap((one, index) => (texts.indexOf(one) < index ? [index] : []));
}
