/**
 * What tables of data and charts need. (https://docs.slack.dev/reference/block-kit/blocks/data-table-block and
 * …/data-visualization-block, July 2026)
 */
import { describe, expect, it } from 'vitest';
import { blockProblems } from './blocks.ts';

type Block = Record<string, unknown>;

const richText = {
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
};
const cell = (text: string) => ({ type: 'raw_text', text });
const rowsOf = (count: number, columns = 2) =>
  Array.from({ length: count }, () => Array.from({ length: columns }, () => cell('x')));
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
const points = (labels: readonly string[]) => labels.map((label) => ({ label, value: -1 }));
const days = ['Mon', 'Tue'];

const dataTable = { type: 'data_table', caption: 'x', rows: rowsOf(2) };
const pie = { type: 'data_visualization', title: 'x', chart: { type: 'pie', segments: [{ label: 'a', value: 1 }] } };
const bars = (chart: Block = {}) => ({
  type: 'data_visualization',
  title: 'x',
  chart: {
    type: 'bar',
    series: [{ name: 'a', data: points(days) }],
    axis_config: { categories: days, x_label: 'Day' },
    ...chart,
  },
});

describe('tables of data and charts', () => {
  it.each<[string, Block]>([
    ['data table of 200 rows', { ...dataTable, rows: rowsOf(201), page_size: 100, row_header_column_index: 1 }],
    [
      'data table of numbers and documents',
      { ...dataTable, rows: [rowsOf(1)[0], [{ type: 'raw_number', value: 1.5, text: '1.5' }, richText]] },
    ],
    ['line over days', bars({ type: 'line' })],
  ])('are taken: a %s', (_, block) => {
    expect(blockProblems([block], 'message')).toEqual([]);
  });

  it.each<[string, Block, string]>([
    [
      'a data table without a caption',
      { ...dataTable, caption: undefined },
      'missing required field: caption [json-pointer:/blocks/0/caption]',
    ],
    [
      'a data table of a header',
      { ...dataTable, rows: rowsOf(1) },
      'no fewer than 2 items allowed [json-pointer:/blocks/0/rows]',
    ],
    [
      'a data table of 201 rows',
      { ...dataTable, rows: rowsOf(202) },
      'no more than 201 items allowed [json-pointer:/blocks/0/rows]',
    ],
    [
      'a data table of 21 columns',
      { ...dataTable, rows: [rowsOf(1)[0], ...rowsOf(1, 21)] },
      'no more than 20 items allowed [json-pointer:/blocks/0/rows/1]',
    ],
    [
      'a data table with a short row',
      { ...dataTable, rows: [rowsOf(1)[0], ...rowsOf(1, 1)] },
      'must have 2 cells as the first row [json-pointer:/blocks/0/rows/1]',
    ],
    [
      'a data table with a rich header',
      { ...dataTable, rows: [[richText, cell('x')], ...rowsOf(1)] },
      'unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]',
    ],
    [
      'an empty cell',
      { ...dataTable, rows: [...rowsOf(1), [cell(''), cell('x')]] },
      'must be more than 0 characters [json-pointer:/blocks/0/rows/1/0/text]',
    ],
    [
      'a number in words',
      { ...dataTable, rows: [...rowsOf(1), [{ type: 'raw_number', value: '1', text: '1' }, cell('x')]] },
      'must provide a number [json-pointer:/blocks/0/rows/1/0/value]',
    ],
    [
      'a page of 101 rows',
      { ...dataTable, page_size: 101 },
      'must be between 1 and 100 [json-pointer:/blocks/0/page_size]',
    ],
    [
      'a column that is not there',
      { ...dataTable, row_header_column_index: 2 },
      'must be a column [json-pointer:/blocks/0/row_header_column_index]',
    ],
    [
      'a data table of 20,001 characters',
      { ...dataTable, rows: [...rowsOf(1), [cell('x'.repeat(19_998)), cell('x')]] },
      'no more than 20000 characters allowed in cells [json-pointer:/blocks/0]',
    ],
    [
      'a chart without a title',
      { ...pie, title: undefined },
      'missing required field: title [json-pointer:/blocks/0/title]',
    ],
    [
      'a chart of dots',
      { ...pie, chart: { type: 'dots' } },
      'unsupported type: dots [json-pointer:/blocks/0/chart/type]',
    ],
    [
      'a slice of nothing',
      { ...pie, chart: { type: 'pie', segments: [{ label: 'a', value: 0 }] } },
      'must be greater than 0 [json-pointer:/blocks/0/chart/segments/0/value]',
    ],
    [
      'thirteen slices',
      { ...pie, chart: { type: 'pie', segments: times(13, { label: 'a', value: 1 }) } },
      'no more than 12 items allowed [json-pointer:/blocks/0/chart/segments]',
    ],
    [
      'bars without categories',
      bars({ axis_config: {} }),
      'missing required field: categories [json-pointer:/blocks/0/chart/axis_config/categories]',
    ],
    [
      'a long name',
      bars({ series: [{ name: 'x'.repeat(21), data: points(days) }] }),
      'must be less than 21 characters [json-pointer:/blocks/0/chart/series/0/name]',
    ],
    [
      'two series of a name',
      bars({ series: times(2, { name: 'a', data: points(days) }) }),
      'must be unique [json-pointer:/blocks/0/chart/series/1/name]',
    ],
    [
      'a day without a point',
      bars({ series: [{ name: 'a', data: points(['Mon']) }] }),
      'missing category: Tue [json-pointer:/blocks/0/chart/series/0/data]',
    ],
    [
      'a point of no day',
      bars({ series: [{ name: 'a', data: points([...days, 'Wed']) }] }),
      'is not a category: Wed [json-pointer:/blocks/0/chart/series/0/data/2/label]',
    ],
  ])('refuse %s', (_, block, message) => {
    expect(blockProblems([block], 'message')).toEqual([`[ERROR] ${message}`]);
  });
});
