/** An import that is given up; what else it does is in import-lines.test.ts. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { BotServerError } from '../../errors.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { listAudit } from '../audit/list-audit.ts';
import { perform } from '../operation.ts';
import { openOperations, TESTER } from '../operations.test-kit.ts';
import { importTeams } from './import-teams.ts';
import { listTeams } from './list-teams.ts';
import { openRehearsal } from './rehearsal.ts';

const linesOf = (count: number) =>
  Array.from({ length: count }, (_, n) => JSON.stringify({ team_id: `T${n}`, bot_token: `xoxb-test-${n}` }));

describe.each(engines)('on %s', (engine) => {
  it('an import that nobody waits for any more is failed in the audit, with how many lines were written', async () => {
    const { run } = await openOperations(engine);
    const ending = new AbortController();
    const call = { signal: ending.signal, onProgress: () => ending.abort() };
    await expect(run(importTeams, { lines: ['{', ...linesOf(450)] }, call)).rejects.toMatchObject({
      code: 'interrupted',
      message: 'Stopped before the last line; 199 new, 0 updated, 0 unchanged, 1 bad',
      facts: { imported: 199, changed: 0, unchanged: 0, refused: 1 },
    });
    const [audited] = (await run(listAudit, { operation: 'teams.import' })).entries;
    expect(audited).toMatchObject({ outcome: 'failed', error: 'interrupted', result: { imported: 199, refused: 1 } });
    expect((await run(listTeams, { limit: 200 })).teams).toHaveLength(199);
  });

  it('an import that is given up counts no line as imported that was known before', async () => {
    const { run } = await openOperations(engine);
    await run(importTeams, { lines: linesOf(150) });
    const ending = new AbortController();
    const call = {
      signal: ending.signal,
      onProgress: ({ line }: { line: number }) => void (line >= 200 && ending.abort()),
    };
    await expect(run(importTeams, { lines: linesOf(450) }, call)).rejects.toMatchObject({
      message: 'Stopped before the last line; 50 new, 0 updated, 150 unchanged, 0 bad',
      facts: { imported: 50, changed: 0, unchanged: 150, refused: 0 },
    });
  });

  it('an import answers totals beside its lines', async () => {
    const { run } = await openOperations(engine);
    await run(importTeams, { lines: linesOf(1) });
    const renamed = JSON.stringify({ team_id: 'T0', name: 'Acme', bot_token: 'xoxb-test-0' });
    const { totals } = await run(importTeams, { lines: ['{', ...linesOf(3), renamed] });
    expect(totals).toEqual({ imported: 2, changed: 1, unchanged: 1, refused: 1 });
  });

  it('an import whose last line was written when it was given up is done', async () => {
    const { run } = await openOperations(engine);
    const ending = new AbortController();
    const call = { signal: ending.signal, onProgress: () => ending.abort() };
    expect((await run(importTeams, { lines: [...linesOf(1), ''] }, call)).lines).toHaveLength(1);
    expect((await run(listAudit, { operation: 'teams.import' })).entries).toMatchObject([{ outcome: 'done' }]);
  });

  it('refuses lines of earlier calls in a real run, which writes nothing then', async () => {
    const { run } = await openOperations(engine);
    const [before, line] = linesOf(2) as [string, string];
    await expect(run(importTeams, { lines: [line], before: [before] })).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'before is only for a dry run: set dryRun to true',
    });
    expect((await run(listTeams, { limit: 10 })).teams).toEqual([]);
    expect((await run(listAudit, { operation: 'teams.import' })).entries).toEqual([]);
  });

  it('answers nothing about lines of earlier calls', async () => {
    const { run } = await openOperations(engine);
    const rubyRow = JSON.stringify({ team_id: 'T1', token: 'xoxb-test-1', active: true, plan: 'gold' });
    const answer = await run(importTeams, { lines: linesOf(1), before: [rubyRow, '{'], dryRun: true });
    expect(answer).toMatchObject({ format: 'slack-bot-server', ignored: [], totals: { imported: 1, refused: 0 } });
  });

  it('says of an error of the database that it was in a line of an earlier call', async () => {
    const { run, context } = await openOperations(engine);
    const rehearsal = await openRehearsal(context);
    onTestFinished(() => rehearsal[Symbol.asyncDispose]());
    const fail = () => Promise.reject(new BotServerError('store_unavailable', 'The disk is full'));
    const failing = {
      ...rehearsal,
      installations: { ...rehearsal.installations, recordNewInstalls: fail, importInstall: fail },
    };
    const call = perform(
      importTeams,
      { lines: linesOf(1), before: linesOf(1), firstLine: 1_001, dryRun: true },
      { context: { ...context, rehearsal: failing }, actor: TESTER },
    );
    await expect(call).rejects.toMatchObject({
      code: 'store_unavailable',
      message: 'A line of before: The disk is full',
      facts: {},
    });
    // Without a rehearsal of the caller's each call has its own.
    expect((await run(importTeams, { lines: linesOf(1), dryRun: true })).totals?.imported).toBe(1);
  });

  it('of a dry run that is given up nothing was written', async () => {
    const { run } = await openOperations(engine);
    const ending = new AbortController();
    const call = { signal: ending.signal, onProgress: () => ending.abort() };
    await expect(run(importTeams, { lines: linesOf(450), dryRun: true }, call)).rejects.toMatchObject({
      message: 'Stopped before the last line; nothing was written',
      facts: { imported: 0 },
    });
  });
});
