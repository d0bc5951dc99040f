/** Pictures: hostile names are text in them, and what comes out is PNG, which is what Slack takes. */
import { expect, it } from 'vitest';
import { renderPng } from './render.ts';
import { chartSvg, historySvg } from './svg.ts';

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Marks of XML, a control character, half a surrogate pair, an emoji, and more than there is room for. */
const HOSTILE = `<image href="file:///etc/passwd"/>&"\u0000\u0007\ud83d 🏓 Ω ${'W'.repeat(200)}`;

it('shows names as they are written, whatever they are', async () => {
  const row = { rank: 1, name: HOSTILE, rating: -48, wins: 0, losses: 1, ties: 2 };
  const svg = chartSvg(HOSTILE, [row, { ...row, rating: 1_000_000 }]);
  expect(svg).not.toContain('<image');
  expect(svg).toContain('&lt;image');
  for (const drawn of [svg, chartSvg('', []), historySvg(HOSTILE, [{ name: HOSTILE, points: [] }])]) {
    expect(Array.from((await renderPng(drawn)).subarray(0, 8))).toEqual(PNG_SIGNATURE);
  }
});

it('draws bars from zero, and curves from the first match to the last', () => {
  const row = { rank: 1, name: 'Ann', wins: 1, losses: 0, ties: 0 };
  const bars = [
    ...chartSvg('', [
      { ...row, rating: 100 },
      { ...row, rating: -100 },
    ]).matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"/g),
  ];
  // 270 to 540 for −100 to 100: the one begins where the other ends.
  expect(bars.map(([, x, width]) => [Number(x), Number(width)])).toEqual([
    [405, 135],
    [270, 135],
  ]);
  // 80 to 530 for three matches, and 68 (the best) to 308 (the least).
  expect(historySvg('', [{ name: 'Ann', points: [0, 50, 100] }])).toContain('points="80,308 305,188 530,68"');
});
