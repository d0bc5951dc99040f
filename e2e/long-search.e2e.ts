/** A search of events that has more to look through than one answer does: the dashboard says so, and goes on when somebody asks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allFaultsOf } from './looks.ts';
import { useStage } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'e2e-search-'));
const DATABASE_URL = join(folder, 'bot.db');
const stage = useStage({ DATABASE_URL });

/** More than are compared for one answer. */
const EVENTS = 65_000;

beforeAll(() => {
  using database = new DatabaseSync(DATABASE_URL, { timeout: 10_000 });
  const insert = database.prepare(
    `with recursive n (n) as (select 1 union all select n + 1 from n where n < ?)
     insert into inbox (event_id, team_id, type, state, shard, error_code, error, received_at_ms)
     select 'EvOLD' || n, 'T0OLD', case when n in (1, 2) then 'app_home_opened' else 'message' end, 'failed', 7, 'listener_failed', 'boom', ? from n`,
  );
  insert.run(EVENTS, Date.now());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('says that it has not looked at all of them, and looks further back', async () => {
  const page = await stage.openAdmin('/events?query=status:failed%20type:app_home_opened');
  await page.getByText(/^None among the newest \d+,\d{3}\.$/).waitFor();
  expect(await page.getByText('No event matches').count()).toBe(0);
  expect(await allFaultsOf(page), 'not all looked at').toEqual([]);
  await page.getByRole('button', { name: 'Look further back' }).click();
  await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
  expect(await page.getByRole('button', { name: 'Look further back' }).count()).toBe(0);
  await page.goto(`${stage.serverUrl}/admin/events?query=status:failed%20type:nothing`);
  await page.getByRole('button', { name: 'Look further back' }).click();
  await page.getByText('No event matches.').waitFor();
  await page.context().close();
});

it('does not say of a team whose events are older that it has none', async () => {
  await stage.register('Acme');
  const page = await stage.openAdmin('/teams?query=Acme');
  await page.getByRole('link', { name: 'Acme' }).click();
  const recent = page.locator('section', { has: page.getByRole('heading', { name: 'Recent events' }) });
  await recent.getByText(/^None among the newest \d+,\d{3} of all teams\.$/).waitFor();
  await page.context().close();
});
