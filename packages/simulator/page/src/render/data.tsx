/** Data as a table or as a chart. (https://docs.slack.dev/reference/block-kit/blocks/data-table-block, …/data-visualization-block) */
import { useState } from 'preact/hooks';
import { plural } from 'ui-kit';
import { type Json, listOf, textOf, wordOf } from './json.ts';
import { RichText } from './rich-text.tsx';

/** Rows at a time, where the app says nothing. */
const PAGE = 10;

export function DataTable({ block }: { block: Json }) {
  const [head = [], ...rows] = Array.isArray(block.rows) ? block.rows.map(listOf) : [];
  const size = typeof block.page_size === 'number' ? block.page_size : PAGE;
  const named = typeof block.row_header_column_index === 'number' ? block.row_header_column_index : 0;
  const [shown, setShown] = useState(size);
  return (
    <div class="stack-small">
      <div class="table-scroll" role="group" aria-label="Table" tabIndex={0}>
        <table class="block-table">
          <caption class="small strong">{textOf(block.caption)}</caption>
          <thead>
            <tr>
              {head.map((cell, column) => (
                <th key={column} scope="col" class={alignOf(cell)}>
                  <Cell cell={cell} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) =>
                  column === named ? (
                    <th key={column} scope="row" class={alignOf(cell)}>
                      <Cell cell={cell} />
                    </th>
                  ) : (
                    <td key={column} class={alignOf(cell)}>
                      <Cell cell={cell} />
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown && (
        <button type="button" class="link-button" onClick={() => setShown(shown + size)}>
          {plural(rows.length - shown, 'more row')}
        </button>
      )}
    </div>
  );
}

function Cell({ cell }: { cell: Json }) {
  return cell.type === 'rich_text' ? <RichText elements={listOf(cell.elements)} /> : <>{textOf(cell)}</>;
}

function alignOf({ type }: Json): string {
  return type === 'raw_number' ? 'align-right' : 'align-left';
}

/** Told apart in light and dark; on white and on black each reaches 3:1. */
const COLOURS = ['#1d7fb8', '#b4577f', '#2b8a57', '#a86d14', '#7c6bc4', '#c2513f', '#3d8a94', '#86802a'];

interface Series {
  name: string;
  /** By category. */
  values: readonly number[];
}

export function Chart({ block }: { block: Json }) {
  const chart = (block.chart ?? {}) as Json;
  const isPie = chart.type === 'pie';
  const points = isPie ? listOf(chart.segments) : [];
  const axis = (chart.axis_config ?? {}) as Json;
  const categories = isPie
    ? points.map(({ label }) => wordOf(label))
    : (Array.isArray(axis.categories) ? axis.categories : []).map((one) => wordOf(one));
  const series: Series[] = isPie
    ? [{ name: textOf(block.title), values: points.map(({ value }) => Number(value)) }]
    : listOf(chart.series).map(({ name, data }) => ({
        name: wordOf(name),
        values: categories.map((label) => Number(listOf(data).find((one) => one.label === label)?.value ?? 0)),
      }));
  const legend = isPie ? categories : series.map(({ name }) => name);
  return (
    <figure class="block-chart">
      <figcaption class="strong">{textOf(block.title)}</figcaption>
      {isPie ? (
        <Pie values={series[0]?.values ?? []} />
      ) : (
        <Plot kind={wordOf(chart.type)} series={series} categories={categories} />
      )}
      <ul class="chart-legend small">
        {legend.map((name, index) => (
          <li key={index}>
            <svg width="10" height="10" aria-hidden="true">
              <rect width="10" height="10" rx="2" fill={COLOURS[index % COLOURS.length]} />
            </svg>{' '}
            {name}
          </li>
        ))}
      </ul>
      <details>
        <summary class="small soft">Values</summary>
        <Values categories={categories} series={series} />
      </details>
    </figure>
  );
}

function Values({ categories, series }: { categories: readonly string[]; series: readonly Series[] }) {
  return (
    <div class="table-scroll" role="group" aria-label="Table" tabIndex={0}>
      <table class="block-table">
        <thead>
          <tr>
            <td />
            {series.map(({ name }, index) => (
              <th key={index} scope="col" class="align-right">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {categories.map((category, row) => (
            <tr key={row}>
              <th scope="row">{category}</th>
              {series.map(({ values }, index) => (
                <td key={index} class="align-right">
                  {values[row]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of the drawing, which is as wide as its place. */
const WIDTH = 480;
const HEIGHT = 180;

function Plot({
  kind,
  series,
  categories,
}: {
  kind: string;
  series: readonly Series[];
  categories: readonly string[];
}) {
  const all = series.flatMap(({ values }) => values);
  const least = Math.min(0, ...all);
  const most = Math.max(0, ...all, least + 1e-9);
  const y = (value: number) => HEIGHT - ((value - least) / (most - least)) * HEIGHT;
  const slot = WIDTH / Math.max(1, categories.length);
  const words = `${kind} chart of ${series.map(({ name }) => name).join(', ')}: ${categories.length} categories, ${least} to ${Math.max(...all, 0)}`;
  const bar = (slot * 0.8) / Math.max(1, series.length);
  return (
    <svg class="chart-plot" viewBox={`0 0 ${WIDTH} ${HEIGHT + 18}`} role="img" aria-label={words}>
      <line x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} stroke="currentColor" stroke-opacity="0.4" />
      {series.map(({ values }, index) => {
        const fill = COLOURS[index % COLOURS.length];
        if (kind === 'bar')
          return values.map((value, at) => (
            <rect
              key={`${index} ${at}`}
              x={at * slot + slot * 0.1 + index * bar}
              y={Math.min(y(value), y(0))}
              width={Math.max(1, bar - 1)}
              height={Math.abs(y(value) - y(0))}
              fill={fill}
            />
          ));
        const line = values.map((value, at) => `${at * slot + slot / 2},${y(value)}`);
        const ends = [`${(values.length - 0.5) * slot},${y(0)}`, `${slot / 2},${y(0)}`];
        return (
          <g key={index}>
            {kind === 'area' && <polygon points={[...line, ...ends].join(' ')} fill={fill} fill-opacity="0.25" />}
            <polyline points={line.join(' ')} fill="none" stroke={fill} stroke-width="2" />
          </g>
        );
      })}
      {categories.map((category, at) => (
        <text key={at} x={at * slot + slot / 2} y={HEIGHT + 14} text-anchor="middle" font-size="11" fill="currentColor">
          {category.length * 6 > slot ? `${category.slice(0, Math.max(1, Math.floor(slot / 6) - 1))}…` : category}
        </text>
      ))}
    </svg>
  );
}

function Pie({ values }: { values: readonly number[] }) {
  const sum = values.reduce((before, value) => before + value, 0) || 1;
  const at = (part: number) => `${100 + 90 * Math.sin(2 * Math.PI * part)},${100 - 90 * Math.cos(2 * Math.PI * part)}`;
  let begin = 0;
  return (
    <svg class="chart-pie" viewBox="0 0 200 200" role="img" aria-label={`pie chart of ${values.length} parts`}>
      {values.map((value, index) => {
        const from = begin;
        begin += value / sum;
        const fill = COLOURS[index % COLOURS.length];
        // An arc that ends where it begins is none.
        if (value / sum > 0.9999) return <circle key={index} cx="100" cy="100" r="90" fill={fill} />;
        const isLarge = value / sum > 0.5 ? 1 : 0;
        return <path key={index} d={`M100,100 L${at(from)} A90,90 0 ${isLarge} 1 ${at(begin)} Z`} fill={fill} />;
      })}
    </svg>
  );
}
