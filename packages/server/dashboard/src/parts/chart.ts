/** Draws lines over time. Colours are those of the page, also when its theme changes. */
import 'uplot/dist/uPlot.min.css';
import Plot from 'uplot';
import { loneIndices } from './lone-values.ts';

export interface ChartLine {
  label: string;
  /** The name of a colour of the page. */
  tone: string;
}

/** A chart that is drawn. */
export interface ChartOf {
  show(data: Plot.AlignedData): void;
  end(): void;
}

const HEIGHT = 150;

/** As small as other small texts of the page, in CSS pixels. */
const LABEL_FONT = '12px system-ui';

/** What is counted has no halves. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000];

/** `09:12`, as the reader's clock shows it. */
function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

export function drawChart(place: HTMLElement, lines: readonly ChartLine[], data: Plot.AlignedData): ChartOf {
  const colour = (name: string) => getComputedStyle(place).getPropertyValue(name).trim() || 'gray';
  // light-dark() is a value that a canvas does not know: the browser resolves it for an element.
  const resolved = (name: string) => {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    place.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color || colour(name);
  };
  const axis = () => ({
    stroke: () => resolved('--soft'),
    grid: { stroke: () => resolved('--line'), width: 1 },
    ticks: { show: false },
    font: LABEL_FONT,
  });
  const plot = new Plot(
    {
      width: place.clientWidth || 400,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [
        { ...axis(), size: 28, values: (_plot, ticks) => ticks.map(timeOf) },
        { ...axis(), size: 44, incrs: STEPS },
      ],
      series: [
        {},
        ...lines.map(({ label, tone }) => ({
          label,
          stroke: () => resolved(tone),
          width: 2,
          // A lone minute between minutes of nothing is a point, and would be no line.
          points: {
            show: false,
            size: 6,
            filter: (drawn: Plot, index: number) => loneIndices(drawn.data[index] ?? []),
          },
          spanGaps: false,
        })),
      ],
    },
    data,
    place,
  );
  const resize = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }));
  resize.observe(place);
  const theme = matchMedia('(prefers-color-scheme: dark)');
  const repaint = () => plot.redraw(false, true);
  theme.addEventListener('change', repaint);
  return {
    show: (next) => plot.setData(next),
    end() {
      resize.disconnect();
      theme.removeEventListener('change', repaint);
      plot.destroy();
    },
  };
}
