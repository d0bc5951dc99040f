/** Pictures as SVG, drawn of plain data: no fonts, no clock, no Slack. render.ts makes PNG of them. */

export interface ChartRow {
  rank: number;
  name: string;
  rating: number;
  wins: number;
  losses: number;
  ties: number;
}

export interface Curve {
  name: string;
  /** The oldest first. */
  points: readonly number[];
}

const WIDTH = 720;
const ROW = 34;
const MARGIN = 20;
/** Longer names are cut: a name may have 80 characters in Slack. */
const LONGEST_NAME = 24;
/** Distinguishable for most colour-blind people. (Okabe and Ito) */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00'] as const;
const INK = '#1d1c1d';
const FAINT = '#868686';

/** The board: a bar for each rating, from the base to the left or to the right. */
export function chartSvg(title: string, rows: readonly ChartRow[], base = 0): string {
  const ratings = rows.map(({ rating }) => rating);
  const [least, most] = [Math.min(base, ...ratings), Math.max(base + 1, ...ratings)];
  const [left, right] = [270, WIDTH - MARGIN - 160];
  const x = (rating: number) => left + ((rating - least) / (most - least)) * (right - left);
  const bars = rows.map(({ rank, name, rating, wins, losses, ties }, index) => {
    const y = 2 * ROW + index * ROW;
    const [from, to] = [Math.min(x(base), x(rating)), Math.max(x(base), x(rating))];
    const record = ties > 0 ? `${wins}–${losses}–${ties}` : `${wins}–${losses}`;
    return [
      text(MARGIN, y + 21, `${rank}. ${shortened(name)}`),
      `<rect x="${round(from)}" y="${y + 6}" width="${round(Math.max(to - from, 2))}" height="${ROW - 12}" rx="3" fill="${rating < base ? '#d55e00' : '#0072b2'}"/>`,
      text(WIDTH - MARGIN - 80, y + 21, String(rating), { anchor: 'end', weight: 'bold' }),
      text(WIDTH - MARGIN, y + 21, record, { anchor: 'end', colour: FAINT }),
    ].join('');
  });
  return svg(2 * ROW + rows.length * ROW + MARGIN / 2, [heading(title), ...bars]);
}

/** Ratings over the last matches of some players, each by match. */
export function historySvg(title: string, curves: readonly Curve[], base = 0): string {
  const all = curves.flatMap(({ points }) => points);
  const [least, most] = [Math.min(base, ...all), Math.max(base + 1, ...all)];
  const longest = Math.max(2, ...curves.map(({ points }) => points.length));
  const [left, right, top, bottom] = [80, WIDTH - 190, 2 * ROW, 2 * ROW + 240];
  const x = (index: number) => left + (index / (longest - 1)) * (right - left);
  const y = (points: number) => bottom - ((points - least) / (most - least)) * (bottom - top);
  const lines = [least, Math.round((least + most) / 2), most].map((at) =>
    [
      `<line x1="${left}" y1="${round(y(at))}" x2="${right}" y2="${round(y(at))}" stroke="#dddddd"/>`,
      text(left - 10, y(at) + 5, String(Math.round(at)), { anchor: 'end', colour: FAINT }),
    ].join(''),
  );
  const drawn = curves.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? INK;
    const places = points.map((value, at) => `${round(x(at))},${round(y(value))}`);
    const [lastX = '0', lastY = '0'] = places.at(-1)?.split(',') ?? [];
    const legendY = top + 16 + index * 26;
    return [
      `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="3" stroke-linejoin="round"/>`,
      `<circle cx="${lastX}" cy="${lastY}" r="5" fill="${colour}"/>`,
      `<rect x="${right + 20}" y="${legendY - 11}" width="12" height="12" fill="${colour}"/>`,
      text(right + 40, legendY, shortened(name, 15)),
    ].join('');
  });
  return svg(bottom + 30, [heading(title), ...lines, ...drawn]);
}

function svg(height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="DejaVu Sans" font-size="15">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
  ].join('');
}

function heading(title: string): string {
  return text(MARGIN, 36, shortened(title, 60), { size: 20, weight: 'bold' });
}

interface TextStyle {
  anchor?: 'start' | 'end';
  colour?: string;
  size?: number;
  weight?: 'normal' | 'bold';
}

function text(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { anchor = 'start', colour = INK, size = 15, weight = 'normal' } = style;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}" font-size="${size}" font-weight="${weight}">${escaped(words)}</text>`;
}

function shortened(words: string, most = LONGEST_NAME): string {
  const characters = Array.from(words);
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : words;
}

/** For XML, in which most control characters cannot stand at all. */
function escaped(words: string): string {
  const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return words.replace(/\p{Cc}|\p{Cs}/gu, ' ').replace(/[&<>"]/g, (mark) => marks[mark] ?? mark);
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
