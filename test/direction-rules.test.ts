/** Who may import whom. Reads every import, re-export and dynamic import of the sources; the rules are data below. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const SERVER = 'packages/server/src';

interface Import {
  from: string;
  to: string;
  isTypeOnly: boolean;
}

/** What a folder of the server may import besides itself and the files that everybody may (errors.ts, events.ts, time/). */
const mayImport: Record<string, readonly string[]> = {
  time: [],
  team: ['store'],
  store: [],
  slack: ['team'],
  data: ['store', 'team'],
  installation: ['team', 'ownership', 'slack', 'store'],
  connection: ['team', 'ownership', 'slack'],
  intake: ['team', 'ownership', 'slack', 'store'],
  'request-url': ['intake'],
  jobs: ['team', 'ownership', 'slack', 'store'],
  http: ['installation'],
  observability: [],
  wiring: [
    'config.ts',
    'connection',
    'data',
    'http',
    'installation',
    'intake',
    'jobs',
    'observability',
    'request-url',
    'slack',
    'store',
    'team',
  ],
  cli: ['bot-server.ts', 'config.ts', 'intake', 'observability', 'server.ts', 'store', 'team', 'wiring'],
};
const everybodyMay = ['time', 'errors.ts', 'events.ts'];

/** The clock's own folder, the database's thread and deadlines (real time), and one turn of the event loop after an answer. */
const mayUseTimers = [
  `${SERVER}/time/`,
  'packages/simulator/src/clock/',
  `${SERVER}/store/sqlite-session.ts`,
  `${SERVER}/store/deadline.ts`,
  `${SERVER}/http/server.ts`,
];

const sources = globSync('packages/*/src/**/*.ts', { cwd: ROOT }).filter((file) => !isTest(file));
const imports = sources.flatMap(importsOf);

describe('direction rules', () => {
  it('read a plausible number of imports', () => {
    expect(imports.length).toBeGreaterThan(200);
  });

  it('server and simulator never import each other, but for dev, testing and tests', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (from.startsWith('packages/simulator/')) return to === 'slack-bot-server' || to.startsWith('packages/server/');
      if (!to.startsWith('packages/simulator/') && to !== 'slack-simulator') return false;
      return !/^packages\/server\/src\/(cli\/dev|testing\/)/.test(from);
    });
    expect(wrong).toEqual([]);
  });

  it('features of the server import only what they may', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [feature, target] = [placeOf(from), placeOf(to)];
      if (!from.startsWith(SERVER) || !to.startsWith(SERVER) || !from.slice(SERVER.length + 1).includes('/'))
        return false;
      if (feature === target || everybodyMay.includes(target)) return false;
      return !(mayImport[feature] ?? []).includes(target);
    });
    expect(wrong.map(arrow)).toEqual([]);
  });

  it('every folder of the server has a rule', () => {
    const folders = new Set(
      sources.filter((file) => file.startsWith(SERVER) && file.slice(SERVER.length + 1).includes('/')).map(placeOf),
    );
    expect([...folders].filter((folder) => !(folder in mayImport))).toEqual([]);
  });

  it('pure files import no node module, no clock and no random', () => {
    // OAuth calls its parameter "state": that file signs it and is no state machine.
    const isPure = (file: string) =>
      /(-state|-lifecycle|\/verdict)\.ts$/.test(file) && !file.endsWith('/oauth-state.ts');
    const wrong = imports.filter(
      ({ from, to, isTypeOnly }) => isPure(from) && !isTypeOnly && /^node:|\/time\//.test(to),
    );
    expect(wrong.map(arrow)).toEqual([]);
  });

  it('time comes from a Clock and chance from outside', () => {
    const forbidden = /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate)\b/;
    const wrong = sources.filter((file) => {
      if (mayUseTimers.some((place) => file.startsWith(place))) return false;
      // A process that watches its parents, the parent that moves a clock, and the pages in the browser have no Clock.
      if (/\/cli\/|\/ui\/(assets|static)\//.test(file)) return false;
      return forbidden.test(withoutComments(file));
    });
    expect(wrong).toEqual([]);
  });

  it('SQL stands only in repositories and in store/', () => {
    const sql = /\b(select\s[\w\s,.*()'|]+\sfrom|insert\s+(or\s+\w+\s+)?into|update\s+\w+\s+set|delete\s+from)\s/i;
    const wrong = sources.filter((file) => {
      if (!file.startsWith(SERVER) || file.endsWith('-repository.ts') || placeOf(file) === 'store') return false;
      return sql.test(withoutComments(file));
    });
    expect(wrong).toEqual([]);
  });
});

function isTest(file: string): boolean {
  return /\.test(-[a-z]+)?\.ts$/.test(file);
}

function importsOf(file: string): Import[] {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const statics = module.staticImports.map((one) => ({
    specifier: one.moduleRequest.value,
    isTypeOnly: one.entries.length > 0 && one.entries.every((entry) => entry.isType),
  }));
  const exports = module.staticExports.flatMap((one) =>
    one.entries.flatMap((entry) =>
      entry.moduleRequest ? [{ specifier: entry.moduleRequest.value, isTypeOnly: entry.isType }] : [],
    ),
  );
  const dynamics = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const literal = /^(['"`])(.*)\1$/s.exec(text.slice(start, end));
    return literal?.[2] ? [{ specifier: literal[2], isTypeOnly: false }] : [];
  });
  return [...statics, ...exports, ...dynamics].map(({ specifier, isTypeOnly }) => ({
    from: file,
    to: specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), specifier)) : specifier,
    isTypeOnly,
  }));
}

/** The folder of a server file below src, or the file itself when it stands there directly. */
function placeOf(file: string): string {
  return file.slice(SERVER.length + 1).split('/')[0] ?? '';
}

function withoutComments(file: string): string {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  const { comments } = parseSync(file, text);
  return comments.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

function arrow({ from, to }: Import): string {
  return `${from} → ${to}`;
}
