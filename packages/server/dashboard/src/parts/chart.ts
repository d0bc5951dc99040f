/** Draws lines over time. Colours are those of the page, also when its theme changes. */
import 'uplot/dist/uPlot.min.css';
import Plot from 'uplot';

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
    font: '11px system-ui',
  });
  const plot = new Plot(
    {
      width: place.clientWidth || 400,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [axis(), { ...axis(), size: 44 }],
      series: [
        {},
        ...lines.map(({ label, tone }) => ({
          label,
          stroke: () => resolved(tone),
          width: 2,
          points: { show: false },
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
