/** The last hour or day in charts. The library comes when they are shown. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure, Skeleton, zone } from 'ui-kit';
import type { History as Answer } from '../answers.ts';
import { useAnswer } from '../read.ts';
import type { ChartOf } from './chart.ts';

type Point = Answer['points'][number];

interface Line {
  label: string;
  tone: '--good' | '--bad' | '--info' | '--warn' | '--accent';
  readonly of: (point: Point) => number | null;
}

const CHARTS: readonly { title: string; lines: readonly Line[] }[] = [
  {
    title: 'Events',
    lines: [
      { label: 'accepted', tone: '--info', of: ({ accepted }) => accepted },
      { label: 'handled', tone: '--good', of: ({ handled }) => handled },
      { label: 'failed', tone: '--bad', of: ({ failed }) => failed },
    ],
  },
  {
    title: 'Stored to handled, ms',
    lines: [{ label: 'on average', tone: '--accent', of: ({ takenMs }) => takenMs }],
  },
  {
    title: 'Waiting events',
    lines: [{ label: 'waiting', tone: '--warn', of: ({ waiting }) => waiting }],
  },
  {
    title: 'Connections',
    lines: [
      { label: 'open', tone: '--good', of: ({ open }) => open },
      { label: 'closed', tone: '--bad', of: ({ closes }) => closes },
    ],
  },
];

export function History() {
  const [hours, setHours] = useState(1);
  const { value, error, reload } = useAnswer<Answer>('/api/history', { hours });
  return (
    <section class="stack" aria-label="History">
      <header class="row spread">
        <div class="row">
          <h2>The last {hours === 1 ? 'hour' : 'day'}</h2>
          <span class="small soft">times in {zone(Date.now())}</span>
        </div>
        <div class="tabs" role="group" aria-label="How far back">
          {[1, 24].map((count) => (
            <button key={count} type="button" aria-pressed={hours === count} onClick={() => setHours(count)}>
              {count === 1 ? 'Hour' : 'Day'}
            </button>
          ))}
        </div>
      </header>
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton lines={3} />}
      {value && (
        <div class="charts">
          {CHARTS.map(({ title, lines }) => (
            <Chart key={title} title={title} lines={lines} points={value.points} />
          ))}
        </div>
      )}
    </section>
  );
}

function Chart({ title, lines, points }: { title: string; lines: readonly Line[]; points: readonly Point[] }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ChartOf | undefined>(undefined);
  const data = [points.map(({ at }) => Date.parse(at) / 1_000), ...lines.map(({ of }) => points.map(of))];
  useEffect(() => {
    let isOver = false;
    void import('./chart.ts').then(({ drawChart }) => {
      if (!isOver && place.current) chart.current = drawChart(place.current, lines, data as never);
    });
    return () => {
      isOver = true;
      chart.current?.end();
      chart.current = undefined;
    };
  }, []);
  useEffect(() => chart.current?.show(data as never), [points]);
  const last = points.at(-1);
  const words = lines.map(({ label, of }) => `${label} ${last === undefined ? '–' : (of(last) ?? '–')}`).join(', ');
  return (
    <figure class="card chart-card">
      <figcaption>
        <h3>{title}</h3>
        <p class="legend small">
          {lines.map(({ label, tone }) => (
            <span key={label} class={`legend-line tone${tone}`}>
              {label}
            </span>
          ))}
        </p>
      </figcaption>
      <div ref={place} class="chart" role="img" aria-label={`${title}. In the last step: ${words}.`} />
    </figure>
  );
}
