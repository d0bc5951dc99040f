import { afterEach, expect, it, vi } from 'vitest';
import { dateAndTime, moment, plainName, timeOfDay, visible, zone } from './format.ts';

afterEach(() => vi.unstubAllEnvs());

it.each([
  ['UTC', 'Tue 24 Nov, 08:12:03 UTC', '2026-11-24 08:12:03 UTC', 'UTC'],
  ['Europe/Berlin', 'Tue 24 Nov, 09:12:03 CET', '2026-11-24 09:12:03 CET', 'CET'],
  ['Asia/Kolkata', 'Tue 24 Nov, 13:42:03 GMT+5:30', '2026-11-24 13:42:03 GMT+5:30', 'GMT+5:30'],
])('a moment is said with the time zone of its reader: %s', (timeZone, words, whole, name) => {
  vi.stubEnv('TZ', timeZone);
  const atMs = Date.UTC(2026, 10, 24, 8, 12, 3);
  expect([moment(atMs), dateAndTime(atMs), zone(atMs)]).toEqual([words, whole, name]);
  expect(timeOfDay(atMs + 4, { isFine: true })).toBe(`${timeOfDay(atMs)}.004`);
  expect(whole).toContain(timeOfDay(atMs));
});

const DIRECTIONS = [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];

it.each(DIRECTIONS)(
  'the mark of direction %i is shown within a sentence, and left out of the name of a file',
  (code) => {
    const name = `inv${String.fromCharCode(code)}gpj.exe`;
    expect(visible(name)).toBe(`inv\\u${code.toString(16).padStart(4, '0')}gpj.exe`);
    expect(plainName({ name })).toBe('invgpj.exe');
  },
);

it('a text without such marks stays as it is', () => {
  const name = 'שלום 🎉 r\u00e9sum\u00e9.txt';
  expect([visible(name), plainName({ name })]).toEqual([name, name]);
});
