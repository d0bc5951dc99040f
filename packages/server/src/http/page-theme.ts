/** The colours of the public pages, made of the one that the operator names: texts stay readable, whatever it is. Pure. */

type Rgb = readonly [number, number, number];

/** Grounds of the cards, as in page-style.ts. */
const LIGHT_CARD: Rgb = [0xff, 0xff, 0xff];
const DARK_CARD: Rgb = [0x21, 0x1d, 0x24];
const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [0xff, 0xff, 0xff];

/** WCAG 2.2, 1.4.3: text on its ground. */
const READABLE = 4.5;
const STEP = 0.04;

/** What is added behind the style of the pages; it only sets its colours. @param color As `#611f69` */
export function themeOf(color: string): string {
  const wished = parse(color);
  const light = readableOn(LIGHT_CARD, wished, BLACK);
  const dark = readableOn(DARK_CARD, wished, WHITE);
  const onTile = contrast(wished, WHITE) >= READABLE ? WHITE : BLACK;
  return `
:root { --accent: ${hex(light)}; --accent-over: ${hex(mix(light, BLACK, 0.2))}; --on-accent: #ffffff; --tile: ${hex(wished)}; --on-tile: ${hex(onTile)}; }
@media (prefers-color-scheme: dark) {
  :root { --accent: ${hex(dark)}; --accent-over: ${hex(mix(dark, WHITE, 0.4))}; --on-accent: ${hex(BLACK)}; --tile: ${hex(wished)}; --on-tile: ${hex(onTile)}; }
}
`;
}

/** The wished colour, moved only as far as it has to be. */
function readableOn(ground: Rgb, wished: Rgb, towards: Rgb): Rgb {
  let color = wished;
  for (let share = STEP; contrast(color, ground) < READABLE && share <= 1; share += STEP) {
    color = mix(wished, towards, share);
  }
  return color;
}

/** By WCAG 2.2: from 1 (the same) to 21 (black on white). */
export function contrast(one: Rgb, other: Rgb): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [part(0), part(1), part(2)];
}

function parse(color: string): Rgb {
  const part = (at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

function hex(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
