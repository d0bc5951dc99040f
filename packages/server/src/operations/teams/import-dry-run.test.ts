/** A dry run says what the real run of the same lines does, whatever is stored here and whichever lines stand before. */
import { describe, expect, it } from 'vitest';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { install, installOrganization, NOW_MS, type Operations, openOperations } from '../operations.test-kit.ts';
import { deactivateTeam } from './deactivate-team.ts';
import { EarlierLines } from './earlier-lines.ts';
import { importTeams } from './import-teams.ts';
import type { ImportCounts, ImportedLine } from './imported-line.ts';
import { purgeTeam } from './purge-team.ts';

const aTeam = (team_id: string, more: object = {}) => ({ team_id, bot_token: `xoxb-test-${team_id}`, ...more });
const anOrganization = (enterprise_id: string, workspaces: string[] = [], more: object = {}) => ({
  enterprise_id,
  is_enterprise_install: true,
  bot_token: `xoxb-test-${enterprise_id}`,
  workspaces: workspaces.map((team_id) => ({ team_id })),
  ...more,
});
const aPair = (n: number, more: object = {}) =>
  aTeam('T1', {
    bot_token: `xoxe.xoxb-test-${n}`,
    refresh_token: `xoxe-1-test-${n}`,
    expires_at: NOW_MS / 1_000 + n,
    ...more,
  });
const other = (n: number) => ({ bot_token: `xoxb-test-other-${n}` });
const gone = { inactive_since: '2026-01-01T00:00:00Z' };
const aDocument = (team_id: string, value: unknown, key = 'settings') => ({ team_id, document: { key, value } });

interface Case {
  /** What is stored before. */
  given?: (operations: Operations) => Promise<unknown>;
  lines: (object | string)[];
  force?: boolean;
  /** New, updated, unchanged, bad. */
  totals: [number, number, number, number];
}

const withT1 = (operations: Operations) => install(operations, 'T1');
const withInactiveT1 = async (operations: Operations) => {
  await install(operations, 'T1');
  await operations.run(deactivateTeam, { teamId: 'T1' });
};
const withE1 = (operations: Operations) => installOrganization(operations, 'E1', 'T1', 'T2');
const withInactiveE1 = async (operations: Operations) => {
  await withE1(operations);
  await operations.run(deactivateTeam, { teamId: 'E1' });
};
const importing = (...lines: object[]) => {
  return ({ run }: Operations) => run(importTeams, { lines: lines.map((line) => JSON.stringify(line)) });
};

const cases: Record<string, Case> = {
  'new teams': { lines: [aTeam('T1'), aTeam('T2', gone)], totals: [2, 0, 0, 0] },
  'bad lines': { lines: [aTeam('T1'), '{', { team_id: 'T2' }, aTeam('t3')], totals: [1, 0, 0, 3] },
  'an active team that is the same': { given: withT1, lines: [aTeam('T1')], totals: [0, 0, 1, 0] },
  'an active team with another name': { given: withT1, lines: [aTeam('T1', { name: 'B' })], totals: [0, 1, 0, 0] },
  'an active team with another token': { given: withT1, lines: [aTeam('T1', other(1))], totals: [0, 1, 0, 0] },
  'an active team that is inactive there': { given: withT1, lines: [aTeam('T1', gone)], totals: [0, 0, 1, 0] },
  'an inactive team that is the same': {
    given: importing(aTeam('T1', gone)),
    lines: [aTeam('T1')],
    totals: [0, 0, 1, 0],
  },
  'an inactive team with another token': {
    given: importing(aTeam('T1', gone)),
    lines: [aTeam('T1', other(1)), aTeam('T1', gone)],
    totals: [0, 1, 1, 0],
  },
  'a team that the operator deactivated': { given: withInactiveT1, lines: [aTeam('T1')], totals: [0, 0, 1, 0] },
  'a team that was purged': {
    given: async (operations) => {
      await withInactiveT1(operations);
      await operations.run(purgeTeam, { teamId: 'T1' });
    },
    lines: [aTeam('T1'), aTeam('T1')],
    totals: [1, 0, 1, 0],
  },
  'tokens that are older': { given: importing(aPair(2)), lines: [aPair(1), aTeam('T1')], totals: [0, 0, 0, 2] },
  'tokens that are older, by force': {
    given: importing(aPair(2)),
    lines: [aPair(1), aTeam('T1')],
    force: true,
    totals: [0, 2, 0, 0],
  },
  'a team twice': {
    lines: [aTeam('T1', { name: 'A' }), aTeam('T1'), aTeam('T1', { name: 'A' }), aTeam('T1', { domain: 'a' })],
    totals: [1, 1, 2, 0],
  },
  'a known team twice': {
    given: withT1,
    lines: [aTeam('T1'), aTeam('T1', { name: 'Team T1' }), aTeam('T1', { app_id: 'A1' })],
    totals: [0, 0, 3, 0],
  },
  'a team twice, with tokens that end earlier': { lines: [aPair(2), aPair(1), aPair(3)], totals: [1, 1, 0, 1] },
  'a known team twice, with tokens that end earlier': {
    given: importing(aPair(1)),
    lines: [aPair(3), aPair(2), aPair(4)],
    totals: [0, 2, 0, 1],
  },
  'a team that is inactive and comes again': {
    lines: [aTeam('T1', gone), aTeam('T1'), aTeam('T1', other(1)), aTeam('T1', { ...gone, ...other(2) })],
    totals: [1, 1, 2, 0],
  },
  'an organization': { lines: [anOrganization('E1', ['T1', 'T2', 'T2'])], totals: [1, 0, 0, 0] },
  'an organization twice': {
    lines: [anOrganization('E1', ['T1']), anOrganization('E1', ['T2']), anOrganization('E1', ['T2'], other(1))],
    totals: [1, 1, 1, 0],
  },
  'an organization that is known': {
    given: withE1,
    lines: [anOrganization('E1', ['T3']), aDocument('T3', 1)],
    totals: [0, 0, 1, 1],
  },
  'an organization with a workspace that is known': {
    given: withT1,
    lines: [anOrganization('E1', ['T1', 'T2']), aDocument('T1', 1), aDocument('T2', 1)],
    totals: [3, 0, 0, 0],
  },
  'an organization with a workspace that the operator deactivated': {
    given: withInactiveT1,
    lines: [anOrganization('E1', ['T1', 'T2']), aTeam('T1')],
    totals: [1, 0, 1, 0],
  },
  'an organization with a workspace of another line': {
    lines: [aTeam('T1'), anOrganization('E1', ['T1', 'T2'], gone), aTeam('T2'), anOrganization('E2', ['T2', 'T3'])],
    totals: [4, 0, 0, 0],
  },
  'a workspace of an organization': {
    given: withE1,
    lines: [aTeam('T1'), aTeam('T1', gone), aDocument('T1', 1)],
    totals: [1, 0, 1, 1],
  },
  'a workspace of an organization, by force': {
    given: withE1,
    lines: [aTeam('T1'), aTeam('T1'), aTeam('T2', gone)],
    force: true,
    totals: [1, 0, 2, 0],
  },
  'a workspace of an organization of the file': {
    lines: [anOrganization('E1', ['T1']), aTeam('T1'), aTeam('T1', gone), aDocument('T1', 1)],
    totals: [2, 0, 1, 1],
  },
  'a workspace of an inactive organization': {
    given: withInactiveE1,
    lines: [aTeam('T1'), anOrganization('E1', [], other(1)), aTeam('T2'), anOrganization('E2', ['T1', 'T2', 'T3'])],
    totals: [2, 1, 0, 1],
  },
  'an organization behind one of its workspaces': {
    given: withE1,
    lines: [aDocument('T1', 1), anOrganization('E1'), anOrganization('E1', [], { name: 'New' })],
    totals: [1, 1, 1, 0],
  },
  'an organization with more known workspaces than one statement copies': {
    given: importing(...Array.from({ length: 300 }, (_, n) => aTeam(`T${n}`))),
    lines: [
      anOrganization(
        'E1',
        Array.from({ length: 301 }, (_, n) => `T${n}`),
      ),
      aTeam('T299'),
    ],
    totals: [1, 0, 1, 0],
  },
  documents: {
    given: withT1,
    lines: [
      aDocument('T1', 1),
      aDocument('T1', 1),
      aDocument('T1', 2),
      aDocument('T2', 1),
      aTeam('T2'),
      aDocument('T2', 1),
      aDocument('T2', 'x'.repeat(300_000), 'large'),
      aDocument('T2', 1, 'k'.repeat(300)),
    ],
    totals: [3, 0, 1, 4],
  },
  'documents by force': {
    given: importing(aTeam('T1'), aDocument('T1', 1)),
    lines: [aDocument('T1', 1), aDocument('T1', 2), aDocument('T1', 2)],
    force: true,
    totals: [0, 1, 2, 0],
  },
  'rows to which a newer version beside this one has added a column': {
    given: async (operations) => {
      await withT1(operations);
      for (const table of ['installation', 'credential', 'team'])
        await operations.storage.store.run(`alter table ${table} add column of_later integer`);
    },
    lines: [aTeam('T1', other(1)), aTeam('T2')],
    totals: [1, 1, 0, 0],
  },
  'more than one transaction of them': {
    given: withT1,
    lines: Array.from({ length: 450 }, (_, n) => aTeam(`T${n % 300}`)),
    totals: [299, 0, 151, 0],
  },
};

/** As the command line does with a long file and a server. */
async function inCallsOfOneLine(
  { run }: Operations,
  { lines, force }: { lines: string[]; force: boolean | undefined },
) {
  const earlier = new EarlierLines();
  const foretold: ImportedLine[] = [];
  for (const [index, line] of lines.slice(0, MOST_CALLS).entries()) {
    const firstLine = index + 1;
    const call = { lines: [line], firstLine, force, dryRun: true, before: earlier.next([line]).before };
    const { lines: results } = await run(importTeams, call);
    earlier.add([line], { firstLine, results });
    foretold.push(...results);
  }
  return foretold;
}

/** Each opens a database in memory. */
const MOST_CALLS = 10;

const TABLES = ['installation', 'credential', 'team', 'timeline', 'data'];

describe.each(engines)('a dry run on %s', (engine) => {
  it.each(Object.entries(cases))(
    'says what the real run does with %s, in one call or many',
    async (_what, { given, lines, totals, force }) => {
      const operations = await openOperations(engine);
      const { run, storage } = operations;
      await given?.(operations);
      const rows = () => Promise.all(TABLES.map((table) => storage.store.all(`select * from ${table} order by 1, 2`)));
      const before = await rows();
      const input = { lines: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))), force };
      const foretold = await run(importTeams, { ...input, dryRun: true });
      expect(await rows()).toEqual(before);
      const [imported, changed, unchanged, refused] = totals;
      expect(foretold.totals).toEqual({ imported, changed, unchanged, refused } satisfies ImportCounts);
      const apart = await inCallsOfOneLine(operations, input);
      expect(apart).toEqual(foretold.lines.slice(0, MOST_CALLS));
      const done = await run(importTeams, input);
      expect(done.lines).toEqual(foretold.lines);
      expect(done.totals).toEqual(foretold.totals);
    },
  );
});
