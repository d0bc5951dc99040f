/**
 * A copy of the repository in which things may be broken: its packages are copied, what npm installed is linked. Runs vitest in
 * it, one process at a time, each with a limit. Knows nothing of promises.
 */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import type { Edit } from './breakages.ts';

/** What the tests need beside node_modules. */
const COPIED = [
  'packages',
  'package.json',
  // Read to know whether a bundle is still that of the sources.
  'package-lock.json',
  'vitest.config.ts',
  // What the configuration imports.
  'test/long-files-first.ts',
  'test/patient-waits.ts',
  'tsconfig.base.json',
  'tsconfig.json',
];
/** What is linked, and what is built. */
const LEFT_OUT = new Set(['node_modules', 'dist']);

/** The end of a process's output that is shown when it says nothing else. */
const TAIL_CHARS = 800;

/** What became of one run of vitest. */
export type TestRun =
  /** Full names; those of failed tests with what went wrong. */
  | { kind: 'ended'; exitCode: number | null; passed: Set<string>; failed: Map<string, string>; output: string }
  | { kind: 'timed_out'; limitMs: number };

interface TestResult {
  ancestorTitles: string[];
  title: string;
  status: string;
  failureMessages?: string[];
}

interface JsonReport {
  testResults: { assertionResults: TestResult[]; message?: string }[];
}

/** Opened once, closed always. */
export class Workshop {
  /** Where the copy is. */
  readonly folder: string;
  #endRunning: () => void = () => {};

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Copies the repository at `root`. */
  static async open(root: string): Promise<Workshop> {
    const workshop = new Workshop(await mkdtemp(join(tmpdir(), 'promises-')));
    try {
      await copyRepository(root, workshop.folder);
    } catch (error) {
      workshop.close();
      throw error;
    }
    return workshop;
  }

  /** Makes the edits; the returned function takes them back. @throws Error when one does not fit exactly once */
  async edit(edits: readonly Edit[]): Promise<() => Promise<void>> {
    const before = new Map<string, string>();
    for (const { file } of edits) before.set(file, await this.#read(file));
    const after = new Map(before);
    for (const edit of edits) after.set(edit.file, applyEdit(after.get(edit.file) ?? '', edit));
    for (const [file, text] of after) await writeFile(join(this.folder, file), text);
    return async () => {
      for (const [file, text] of before) await writeFile(join(this.folder, file), text);
    };
  }

  /** Runs the tests of these full names ("group > test") in these files; the others are skipped. */
  async test(tests: readonly { file: string; name: string }[], { limitMs }: { limitMs: number }): Promise<TestRun> {
    const report = join(this.folder, 'report.json');
    await rm(report, { force: true });
    const files = [...new Set(tests.map(({ file }) => file))];
    const pattern = `^(${tests.map(({ name }) => escaped(name)).join('|')})$`;
    const options = ['--reporter=json', `--outputFile=${report}`, '--no-color', '-t', pattern];
    const ended = await this.#run(['node_modules/vitest/vitest.mjs', 'run', ...options, ...files], limitMs);
    if (ended === undefined) return { kind: 'timed_out', limitMs };
    const results = existsSync(report) ? (JSON.parse(await readFile(report, 'utf8')) as JsonReport).testResults : [];
    const ran = results.flatMap(({ assertionResults }) => assertionResults);
    const passed = ran.filter(({ status }) => status === 'passed').map(fullName);
    const failed = ran.filter(({ status }) => status === 'failed');
    // A file that could not be loaded has a message and no tests.
    const said = [...new Set(results.map(({ message = '' }) => message)), ended.output].join('\n').trim();
    return {
      kind: 'ended',
      exitCode: ended.exitCode,
      passed: new Set(passed),
      failed: new Map(failed.map((one) => [fullName(one), (one.failureMessages ?? []).join('\n')])),
      output: said.slice(0, TAIL_CHARS),
    };
  }

  /** Ends what runs and deletes the copy. At once, so that it can be the last thing before an exit. */
  close(): void {
    this.#endRunning();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  async #read(file: string): Promise<string> {
    const path = join(this.folder, file);
    if (!existsSync(path)) throw new Error(`${file} does not exist`);
    return await readFile(path, 'utf8');
  }

  #run(args: string[], limitMs: number): Promise<{ exitCode: number | null; output: string } | undefined> {
    const run = Promise.withResolvers<{ exitCode: number | null; output: string } | undefined>();
    // A group of its own, so that its end is the end of its workers, too.
    const child = spawn(process.execPath, args, { cwd: this.folder, env: ownEnvironment(), detached: true });
    const end = () => endGroup(child.pid);
    this.#endRunning = end;
    let output = '';
    const note = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-TAIL_CHARS);
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    const timer = setTimeout(() => {
      end();
      run.resolve(undefined);
    }, limitMs);
    child.once('error', run.reject);
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      if (this.#endRunning === end) this.#endRunning = () => {};
      run.resolve({ exitCode, output });
    });
    return run.promise;
  }
}

/** The text with the edit made. @throws Error when it does not fit exactly once */
export function applyEdit(text: string, { file, find, replace }: Edit): string {
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`${file} has ${times} places instead of one with: ${find}`);
  return text.replace(find, () => replace);
}

async function copyRepository(root: string, folder: string): Promise<void> {
  for (const name of COPIED.filter((one) => existsSync(join(root, one)))) {
    const filter = (path: string) => !LEFT_OUT.has(basename(path));
    await cp(join(root, name), join(folder, name), { recursive: true, filter });
  }
  await linkModules(join(root, 'node_modules'), join(folder, 'node_modules'), { root, folder });
}

/** Packages of the workspace are links into the repository: they must lead to the copy, or the edits would not be seen. */
async function linkModules(from: string, to: string, place: { root: string; folder: string }): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name.startsWith('.') && entry.name !== '.bin') continue;
    if (entry.name.startsWith('@')) await linkModules(source, target, place);
    else if (!entry.isSymbolicLink()) await symlink(source, target);
    else {
      const inRoot = relative(place.root, resolve(from, await readlink(source)));
      const copy = inRoot.startsWith('..') ? source : join(place.folder, inRoot);
      if (existsSync(copy)) await symlink(copy, target);
    }
  }
}

/** Without what a vitest around this one has set for its own workers. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const isOthers = (name: string) => /^(VITEST|NODE_ENV$|NODE_OPTIONS$|TEST$|DEV$|PROD$|MODE$|SSR$)/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOthers(name)));
}

/** Ends a process with those that it started. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** As vitest writes it: "group > test". */
function fullName({ ancestorTitles, title }: TestResult): string {
  return [...ancestorTitles, title].join(' > ');
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
