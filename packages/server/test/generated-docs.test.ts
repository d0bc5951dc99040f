/** Pages that are made of the code are those that it makes now, and leave nothing out. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentName } from '../src/config/config.ts';
import { errorFixes } from '../src/errors.ts';
import { clashes } from '../tools/docs/clashes.ts';
import { allowedOf, settings } from '../tools/docs/configuration-page.ts';
import { pages } from '../tools/docs/pages.ts';

const textOf = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

it.each((await pages()).map(({ path, text }) => [basename(path), text] as const))(
  '%s is what the code makes',
  (name, text) => {
    expect(textOf(name), 'run npm run docs:generate, and commit what it writes').toBe(text);
  },
);

it('errors.md has each code once, with a meaning and a fix', () => {
  const rows = [...textOf('errors.md').matchAll(/^\| `(\w+)` \| (.+?) \| (.+?) \| (\d{3}) \| (1|2|130) \|$/gm)];
  expect(rows.map(([, code]) => code)).toEqual(Object.keys(errorFixes).toSorted());
});

describe('configuration.md', () => {
  it('has each setting once', () => {
    const rows = [...textOf('configuration.md').matchAll(/^\| `([A-Z_]+)` \| `(\w+)` \|/gm)];
    expect(rows.map(([, name]) => name)).toEqual(settings.map(environmentName));
  });

  /** Those that take any list: no value is wrong. */
  const TAKES_ANY = ['noProxy'];

  it('says what each setting allows', () => {
    expect(settings.filter((key) => allowedOf(key).length === 0)).toEqual(TAKES_ANY);
  });

  it('has each rule about several settings', () => {
    const sources = ['config.ts', 'admin-settings.ts'].map((name) =>
      readFileSync(new URL(`../src/config/${name}`, import.meta.url), 'utf8'),
    );
    // The first rule of config.ts has two messages, one for each of its settings.
    const rules = sources.join('\n').split('problems.push(').length - 1;
    expect(clashes).toHaveLength(rules + 1);
    const lines =
      textOf('configuration.md')
        .split('## What settings ask of each other')[1]
        ?.match(/^- .+$/gm) ?? [];
    expect(new Set(lines).size).toBe(clashes.length);
  });
});
