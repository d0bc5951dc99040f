import { describe, expect, it } from 'vitest';
import { contrast, themeOf } from './page-theme.ts';

const colourIn = (theme: string, name: string, nth: number): [number, number, number] => {
  const text = [...theme.matchAll(new RegExp(`--${name}: #([0-9a-f]{6})`, 'g'))][nth]?.[1] ?? '';
  return [0, 2, 4].map((at) => Number.parseInt(text.slice(at, at + 2), 16)) as [number, number, number];
};

describe('a theme', () => {
  it('keeps a colour that is readable as it is', () => {
    expect(themeOf('#1264a3')).toContain('--accent: #1264a3');
  });

  it.each(['#ffffff', '#000000', '#ffee00', '#ff0000', '#00ff88', '#808080', '#611f69', '#0000ff'])(
    'of %s has readable links, buttons and tile on light and on dark',
    (color) => {
      const theme = themeOf(color);
      const [light, dark] = [colourIn(theme, 'accent', 0), colourIn(theme, 'accent', 1)];
      expect(contrast(light, [0xff, 0xff, 0xff])).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark, [0x21, 0x1d, 0x24])).toBeGreaterThanOrEqual(4.5);
      for (const nth of [0, 1]) {
        const accent = colourIn(theme, 'accent', nth);
        expect(contrast(accent, colourIn(theme, 'on-accent', nth))).toBeGreaterThanOrEqual(4.5);
        expect(contrast(colourIn(theme, 'accent-over', nth), colourIn(theme, 'on-accent', nth))).toBeGreaterThanOrEqual(
          4.5,
        );
        expect(contrast(colourIn(theme, 'tile', nth), colourIn(theme, 'on-tile', nth))).toBeGreaterThanOrEqual(4.5);
      }
    },
  );
});
