/** Who may import whom. Reads every import, re-export and dynamic import of the sources; the rules are data below. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const SERVER = 'packages/server/src';
const SIMULATOR = 'packages/simulator/src';

const MAX_LINES = 350;

/** By folder: which others it may import. */
type Folders = Readonly<Record<string, readonly string[]>>;

interface Import {
  from: string;
  to: string;
  isTypeOnly: boolean;
}

/** What a folder of the server may import besides itself and the files that everybody may (assert-never.ts, errors.ts, events.ts, read-json.ts, version.ts, time/). */
const serverMayImport: Folders = {
  time: [],
  // What a code of Node says of a certificate, which the doctor tells in other words.
  store: ['certificate-trouble.ts'],
  team: ['store'],
  ownership: ['store', 'team'],
  slack: ['team'],
  data: ['store', 'team'],
  reports: ['store', 'team'],
  hooks: ['team'],
  judge: ['ownership', 'slack', 'team'],
  installation: ['ownership', 'slack', 'store', 'team'],
  connection: ['ownership', 'slack', 'team'],
  'request-url': ['slack'],
  inbox: ['ownership', 'slack', 'store', 'team'],
  dispatch: ['ongoing-work.ts', 'inbox', 'ownership', 'slack', 'team'],
  hearing: ['slack', 'team'],
  history: ['store'],
  broadcast: ['ownership', 'store', 'team'],
  jobs: ['ownership', 'slack', 'store', 'team'],
  http: ['installation', 'ownership', 'store'],
  // What it needs of settings and of Slack is handed to it: doors of a running server will be made in wiring/.
  operations: [
    'broadcast',
    'data',
    'history',
    'inbox',
    'installation',
    'jobs',
    'judge',
    'observability',
    'ownership',
    'reports',
    'store',
    'team',
  ],
  // A door to the operations, which decides nothing.
  admin: ['http', 'operations', 'store'],
  // What a token of Slack looks like.
  observability: ['ongoing-work.ts', 'slack'],
  wiring: [
    'config',
    'engine-counts.ts',
    'engine-deps.ts',
    'topic.ts',
    'admin',
    'broadcast',
    'connection',
    'data',
    'dispatch',
    'hearing',
    'history',
    'hooks',
    'http',
    'inbox',
    'installation',
    'jobs',
    'judge',
    'observability',
    'operations',
    'ownership',
    'reports',
    'request-url',
    'slack',
    'store',
    'team',
  ],
  mcp: ['operations'],
  // Beside the bot file, on the Bolt app that it gets: it knows nothing of the server.
  commands: ['slack'],
  manifest: ['bot-server.ts', 'commands', 'config'],
  doctor: ['certificate-trouble.ts', 'config', 'manifest', 'request-url', 'slack'],
  cli: [
    'admin',
    'bot-server.ts',
    'config',
    // Where in the code of the bot an error began.
    'dispatch',
    'doctor',
    'manifest',
    'mcp',
    'observability',
    'operations',
    'server.ts',
    // What knows when a request is written.
    'slack',
    // Backups are files, not rows.
    'store',
    // What `dev` and the test kit have in common: how the simulator is loaded, and the app on it.
    'testing',
    'wiring',
  ],
  // What the settings of others may be is theirs to say.
  config: ['http', 'observability', 'request-url', 'slack'],
  testing: ['bot-server.ts', 'dispatch', 'observability', 'server.ts'],
};

/**
 * The same for the simulator, from the bottom up: what every folder may import (errors.ts, version.ts, clock/), what knows no feature,
 * the transports and features, and the doors on top. A feature does not know the Web API; the Web API knows features.
 */
const simulatorMayImport: Folders = {
  clock: [],
  http: [],
  page: [],
  log: [],
  workspace: [],
  wire: ['workspace'],
  content: ['wire', 'workspace'],
  faults: ['log', 'workspace'],
  deliveries: ['faults', 'log', 'workspace'],
  files: ['http', 'log', 'workspace'],
  'events-api': ['deliveries', 'wire', 'workspace'],
  rtm: ['deliveries', 'faults', 'http', 'log', 'workspace'],
  'socket-mode': ['deliveries', 'faults', 'http', 'log', 'wire', 'workspace'],
  interactivity: ['content', 'deliveries', 'http', 'log', 'wire', 'workspace'],
  oauth: ['faults', 'log', 'page', 'wire', 'workspace'],
  'web-api': [
    'content',
    'deliveries',
    'faults',
    'http',
    'interactivity',
    'log',
    'manifest',
    'oauth',
    'wire',
    'workspace',
  ],
  manifest: ['workspace'],
  redirect: [],
  seed: ['manifest', 'workspace'],
  session: ['interactivity', 'seed', 'workspace'],
  control: [
    'deliveries',
    'events-api',
    'faults',
    'http',
    'interactivity',
    'log',
    'manifest',
    'rtm',
    'seed',
    'session',
    'socket-mode',
    'workspace',
  ],
  ui: ['control', 'faults', 'log', 'page', 'rtm', 'workspace'],
  openapi: ['control', 'events-api', 'faults', 'interactivity', 'log', 'seed', 'workspace'],
  mcp: ['control', 'faults'],
  cli: ['control', 'faults', 'http', 'interactivity', 'log', 'manifest', 'mcp', 'simulator.ts', 'ui', 'workspace'],
};

const packages = [
  {
    src: SERVER,
    mayImport: serverMayImport,
    everybodyMay: ['time', 'assert-never.ts', 'errors.ts', 'events.ts', 'read-json.ts', 'version.ts'],
  },
  {
    src: SIMULATOR,
    mayImport: simulatorMayImport,
    everybodyMay: ['clock', 'errors.ts', 'assert-never.ts', 'version.ts'],
  },
];

/** Objects and the functions on them, which know each other: what the test kit plays on, and the simulator's world. By the file that ties them. */
const mayGoRound = [
  `${SERVER}/testing/stage.ts`,
  `${SIMULATOR}/workspace/model/team.ts`,
  `${SIMULATOR}/workspace/world.ts`,
];

/** The clock's own folder, the database's thread and deadlines (real time), and one turn of the event loop after an answer. */
const mayUseTimers = [
  `${SERVER}/time/`,
  'packages/simulator/src/clock/',
  `${SERVER}/store/sqlite-session.ts`,
  `${SERVER}/store/deadline.ts`,
  // Real time as deadline.ts, and it keeps no process alive.
  `${SERVER}/store/lost-connections.ts`,
  `${SERVER}/http/server.ts`,
  `${SERVER}/http/small-pieces.ts`,
  // The end of a turn of the event loop, which no moved time knows.
  `${SERVER}/observability/tracing/handling-span.ts`,
  // Beside its moved time the test kit needs real one: sockets and disks take some.
  `${SERVER}/testing/`,
];

// What runs in browsers (ui-kit) has no Clock and no layers.
const sources = globSync('packages/{server,simulator}/src/**/*.ts', { cwd: ROOT }).filter((file) => !isTest(file));
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

  it.each(packages)('folders of $src import only what they may', ({ src, mayImport, everybodyMay }) => {
    const wrong = between(src).filter(({ folder, target }) => {
      if (folder === target || everybodyMay.includes(target)) return false;
      return !(mayImport[folder] ?? []).includes(target);
    });
    expect(wrong.map(arrow)).toEqual([]);
  });

  it.each(packages)('every folder of $src has a rule', ({ src, mayImport }) => {
    const folders = new Set(sources.filter((file) => isInFolder(src, file)).map(placeOf));
    expect([...folders].filter((folder) => !(folder in mayImport))).toEqual([]);
  });

  it.each(packages)('no circle of folders in $src', ({ src }) => {
    const targets = new Map<string, Set<string>>();
    for (const { folder, target } of between(src)) {
      if (folder !== target) targets.set(folder, (targets.get(folder) ?? new Set()).add(target));
    }
    // Folders that import nothing go first, then those that import only these, and so on; a circle is what stays.
    let left = [...targets.keys()];
    for (let size = -1; size !== left.length; ) {
      size = left.length;
      left = left.filter((folder) => [...(targets.get(folder) ?? [])].some((target) => left.includes(target)));
    }
    expect(left).toEqual([]);
  });

  it('no circle of files, but of objects and the functions on them', () => {
    const targets = Map.groupBy(imports, ({ from }) => from);
    const reachable = (file: string): Set<string> => {
      const found = new Set<string>();
      const next = [file];
      for (let one = next.pop(); one !== undefined; one = next.pop()) {
        for (const { to } of targets.get(one) ?? []) {
          if (found.has(to) || mayGoRound.includes(to)) continue;
          found.add(to);
          next.push(to);
        }
      }
      return found;
    };
    expect(sources.filter((file) => !mayGoRound.includes(file) && reachable(file).has(file))).toEqual([]);
  });

  it('no file is over 350 lines: there a second concept begins', () => {
    const lengths = sources.map(
      (file) => [file, readFileSync(resolve(ROOT, file), 'utf8').split('\n').length - 1] as const,
    );
    expect(lengths.filter(([, lines]) => lines > MAX_LINES)).toEqual([]);
  });

  it('pure files import no node module, no clock and no random', () => {
    // OAuth calls its parameter "state": that file signs it and is no state machine. A back-off is a value and as pure as they are.
    const isPure = (file: string) =>
      /(-state|-lifecycle|\/verdict)\.ts$/.test(file) && !file.endsWith('/oauth-state.ts');
    const wrong = imports.filter(
      ({ from, to, isTypeOnly }) => isPure(from) && !isTypeOnly && /^node:|\/time\/(?!backoff\.ts$)/.test(to),
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

/** The imports between files of a package that stand in folders, with the folder of each. */
function between(src: string): (Import & { folder: string; target: string })[] {
  return imports
    .filter(({ from, to }) => isInFolder(src, from) && to.startsWith(src))
    .map((one) => ({ ...one, folder: placeOf(one.from), target: placeOf(one.to) }));
}

function isInFolder(src: string, file: string): boolean {
  return file.startsWith(`${src}/`) && file.slice(src.length + 1).includes('/');
}

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

/** The folder of a file below its package's src, or the file itself when it stands there directly. */
function placeOf(file: string): string {
  return file.replace(/^packages\/[\w-]+\/src\//, '').split('/')[0] ?? '';
}

function withoutComments(file: string): string {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  const { comments } = parseSync(file, text);
  return comments.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

function arrow({ from, to }: Import): string {
  return `${from} → ${to}`;
}
