/** Emoji by their names. The table comes when the first one is shown. */
import { signal } from '@preact/signals';
import { emojiHere } from './sim.ts';

const table = signal<ReadonlyMap<string, string> | undefined>(undefined);
let isAsked = false;

/** Name → character, once it is there. */
export function emojiTable(): ReadonlyMap<string, string> | undefined {
  if (!isAsked) {
    isAsked = true;
    import('emojibase-data/en/shortcodes/iamcal.json').then(
      ({ default: codes }) => {
        const entries = Object.entries(codes as Record<string, string | string[]>);
        table.value = new Map(
          entries.flatMap(([hex, names]) => [names].flat().map((name) => [name, characterOf(hex)] as const)),
        );
      },
      // Nobody answered: names stand for the characters until the next one is shown.
      () => void (isAsked = false),
    );
  }
  return table.value;
}

/** Aliases of aliases; those that lead in a circle end here. */
const DEEPEST_ALIAS = 5;

/** `:wave:` as a character; undefined: there is none. */
export function emojiOf(name: string, depth = 0): string | undefined {
  const known = emojiTable();
  const base = name.replace(/::skin-tone-\d$/, '');
  const custom = emojiHere.value[base];
  if (custom?.startsWith('alias:') && depth < DEEPEST_ALIAS) return emojiOf(custom.slice('alias:'.length), depth + 1);
  return known?.get(base);
}

/** Where a custom one has its picture. */
export function customEmoji(name: string): string | undefined {
  const value = emojiHere.value[name];
  return value?.startsWith('alias:') ? undefined : value;
}

/** Names that begin so, then those that have it somewhere. */
export function emojiNamed(part: string, limit: number): string[] {
  const custom = Object.keys(emojiHere.value);
  const all = [...custom, ...(emojiTable()?.keys() ?? [])];
  const first = all.filter((name) => name.startsWith(part));
  const others = all.filter((name) => !name.startsWith(part) && name.includes(part));
  return [...first, ...others].slice(0, limit);
}

function characterOf(hex: string): string {
  return String.fromCodePoint(...hex.split('-').map((code) => Number.parseInt(code, 16)));
}
