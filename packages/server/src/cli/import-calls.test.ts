/** A dry run on a server: its forecast is that of the whole file, although each call begins with what is stored. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { defineOperation } from '../operations/operation.ts';
import { type Operations, openOperations } from '../operations/operations.test-kit.ts';
import { MAX_IMPORT_CHARS, MAX_IMPORT_LINES } from '../operations/teams/import-lines.ts';
import { importTeams } from '../operations/teams/import-teams.ts';
import { type ImportedLine, importedLine } from '../operations/teams/imported-line.ts';
import { ImportCalls, type ImportCallsOptions } from './import-calls.ts';

const aTeam = (team_id: string, more: object = {}) => ({ team_id, bot_token: `xoxb-test-${team_id}`, ...more });
const anOrganization = (enterprise_id: string, workspaces: string[]) => ({
  enterprise_id,
  is_enterprise_install: true,
  bot_token: `xoxb-test-${enterprise_id}`,
  workspaces: workspaces.map((team_id) => ({ team_id, name: `The workspace with the id ${team_id}` })),
});
const aDocument = (team_id: string, value: unknown = 1) => ({ team_id, document: { key: 'settings', value } });
const teams = (count: number) => Array.from({ length: count }, (_, n) => `T${n}`);
/** As a line whose scopes are a long list. */
const LONG = { scopes: 'chat:write,'.repeat(85) };

/** What calls of at most 1,000 lines answer. */
async function inCalls(
  lines: readonly object[],
  options: Pick<ImportCallsOptions, 'run'> & Partial<ImportCallsOptions>,
) {
  const signal = new AbortController().signal;
  const calls = new ImportCalls({ isRemote: true, dryRun: true, signal, ...options });
  const results: ImportedLine[] = [];
  for (let at = 0; at < lines.length; at += MAX_IMPORT_LINES) {
    const page = lines.slice(at, at + MAX_IMPORT_LINES).map((line) => JSON.stringify(line));
    for await (const answer of calls.answers({ lines: page, firstLine: at + 1 }, () => {})) {
      results.push(...answer.lines);
    }
  }
  return { results, incomplete: calls.incomplete };
}

/** What goes along with the lines of each call. */
function noteBefore({ run }: Operations): { run: ImportCallsOptions['run']; sent: number[] } {
  const sent: number[] = [];
  return {
    sent,
    run(operation, input, call) {
      const { before = [] } = input as z.input<typeof importTeams.input>;
      sent.push(before.join('').length);
      return run(operation, input, call);
    },
  };
}

/** The real run. */
async function done({ run }: Operations, lines: readonly object[]) {
  return (await inCalls(lines, { run, dryRun: false })).results;
}

function whatIsComplained(): string[] {
  const told: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  onTestFinished(() => write.mockRestore());
  return told;
}

it.each<[string, object[]]>([
  [
    'more characters than one call takes',
    [...teams(1_000).map((id) => aTeam(id, LONG)), ...teams(1_000).map((id) => aDocument(id))],
  ],
  [
    'more lines than one call takes',
    [
      ...teams(1_000).map((id) => aTeam(id)),
      ...teams(1_000).map((id) => aTeam(id, { name: 'Acme' })),
      ...teams(1_000).map((id) => aTeam(id, { domain: 'acme' })),
    ],
  ],
  [
    'an organization with thousands of workspaces',
    [
      anOrganization('E1', teams(9_000)),
      ...teams(999).map((id) => aTeam(`${id}X`)),
      ...teams(5).map((id) => aDocument(id)),
    ],
  ],
])('a dry run whose lines depend on %s says what the real run does', async (_what, lines) => {
  whatIsComplained();
  const operations = await openOperations('sqlite');
  const { run, sent } = noteBefore(operations);
  const { results, incomplete } = await inCalls(lines, { run });
  expect(Math.max(...sent)).toBeLessThanOrEqual(MAX_IMPORT_CHARS);
  expect(results.filter((line) => 'error' in line)).toEqual([]);
  expect(incomplete).toEqual([]);
  expect(await done(operations, lines)).toEqual(results);
});

it('sends of a document that is written again and again only the last value', async () => {
  whatIsComplained();
  const { run } = await openOperations('sqlite');
  const lines = [aTeam('T1'), ...Array.from({ length: 2_500 }, (_, n) => aDocument('T1', n))];
  const { results, incomplete } = await inCalls(lines, { run, force: true });
  expect(incomplete).toEqual([]);
  expect(results.at(-1)).toMatchObject({ outcome: 'replaced' });
});

it('names a line that depends on more lines than one call takes', async () => {
  whatIsComplained();
  const operations = await openOperations('sqlite');
  const lines = [...teams(2_000).map((id) => aTeam(id)), aTeam('T9999'), anOrganization('E1', teams(1_001))];
  expect((await inCalls(lines, operations)).incomplete).toEqual([lines.length]);
  // Another kind of call needs nothing of earlier lines.
  expect((await inCalls(lines, { run: operations.run, dryRun: false })).incomplete).toEqual([]);
});

it('asks an older server without the earlier lines, and says once what its forecast is then', async () => {
  const told = whatIsComplained();
  const { run } = await openOperations('sqlite');
  const older = defineOperation({
    ...importTeams,
    input: z.strictObject(importTeams.input.shape).omit({ before: true }),
    progress: importedLine,
    run: (context, input) => importTeams.run(context, { ...input, before: [] }),
  });
  const asOlder: ImportCallsOptions['run'] = (_operation, input, call) =>
    run(older, input as never, call as never) as never;
  const lines = [...teams(1_500).map((id) => aTeam(id)), ...teams(1_500).map((id) => aDocument(id))];
  const { results } = await inCalls(lines, { run: asOlder });
  expect(results).toHaveLength(lines.length);
  expect(told.filter((text) => text.includes('older'))).toEqual([
    expect.stringContaining('its forecast of line 1001 and later ones'),
  ]);
});
