/**
 * Tables. Slack doubled what a data table may have between May and July 2026: the later numbers hold here.
 * (https://docs.slack.dev/reference/block-kit/blocks/data-table-block, …/table-block; @slack/types 3.2.0, block-kit/blocks.d.ts)
 */
import type { Json } from '../../workspace/slack-shapes.ts';
import { richText } from './rich-text.ts';
import {
  boolean,
  byType,
  firstProblem,
  integer,
  isObject,
  list,
  NO_PROBLEMS,
  number,
  object,
  problem,
  type Rule,
  string,
  word,
} from './rules.ts';

/** As are the others, where the header says. */
const MAX_COLUMNS = 20;
/** The header and 200 rows. */
const MAX_DATA_ROWS = 201;
/** Of all cells together, in one table and in all data tables of a message. */
export const MAX_CELL_CHARACTERS = { table: 10_000, data_table: 20_000 } as const;
const NO_LIMIT = Number.POSITIVE_INFINITY;
/** Text is no deeper in a cell. */
const DEEPEST = 12;

const rawText = object({ text: string(NO_LIMIT) });
const rawNumber = object({ value: number(), text: string(NO_LIMIT) });
const headerCell = byType({ raw_text: rawText, raw_number: rawNumber });
const cell = byType({ raw_text: rawText, raw_number: rawNumber, rich_text: richText });

const columnSetting: Rule = (value, pointer) =>
  value === null
    ? NO_PROBLEMS
    : object({}, { align: word('left', 'center', 'right'), is_wrapped: boolean })(value, pointer);

export const table: Rule = firstProblem(
  object(
    { rows: list(list(cell, { max: MAX_COLUMNS }), { max: 100 }) },
    { column_settings: list(columnSetting, { min: 0, max: MAX_COLUMNS }) },
  ),
  (value, pointer) => lengthProblems([value], MAX_CELL_CHARACTERS.table, pointer),
);

export const dataTable: Rule = firstProblem(
  object(
    { caption: string(NO_LIMIT), rows: list(list(cell, { max: MAX_COLUMNS }), { min: 2, max: MAX_DATA_ROWS }) },
    { page_size: integer(1, 100), row_header_column_index: integer(0, MAX_COLUMNS - 1) },
  ),
  gridProblems,
  (value, pointer) => lengthProblems([value], MAX_CELL_CHARACTERS.data_table, pointer),
);

/** Why the tables say too much together, at that place. */
export function lengthProblems(tables: readonly unknown[], most: number, pointer: string): readonly string[] {
  const length = tables.reduce<number>((sum, one) => sum + (isObject(one) ? textLength(one.rows, 0) : 0), 0);
  return length > most ? problem(`no more than ${most} characters allowed in cells`, pointer) : NO_PROBLEMS;
}

/** The first row is a header of plain cells, all rows are as long, and the column that names the rows is one of them. */
function gridProblems(value: unknown, pointer: string): readonly string[] {
  const { rows, row_header_column_index: index = 0 } = value as { rows: Json[][] } & Json;
  const [header = [], ...others] = rows;
  const inHeader = header.flatMap((one, column) => headerCell(one, `${pointer}/rows/0/${column}`));
  const uneven = others.flatMap((row, at) =>
    row.length === header.length
      ? NO_PROBLEMS
      : problem(`must have ${header.length} cells as the first row`, `${pointer}/rows/${at + 1}`),
  );
  const isThere = typeof index === 'number' && index < header.length;
  const wrongIndex = isThere ? NO_PROBLEMS : problem('must be a column', `${pointer}/row_header_column_index`);
  return [...inHeader, ...uneven, ...wrongIndex];
}

function textLength(value: unknown, depth: number): number {
  if (depth > DEEPEST) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textLength(one, depth + 1), 0);
  if (!isObject(value)) return 0;
  const own = typeof value.text === 'string' ? value.text.length : 0;
  return own + textLength(value.elements, depth + 1);
}
