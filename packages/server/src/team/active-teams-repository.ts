/** Which teams are those of active installations, as their rows say it. */

import { isStorable } from '../store/storable-text.ts';
import type { Statements, Store } from '../store/store.ts';
import type { TeamId } from './installation.ts';

/** One parameter however many there are, so that the text is the same. */
const GIVEN: Readonly<Record<Store['engine'], string>> = {
  sqlite: 'select value from json_each($1)',
  postgres: 'select value from json_array_elements_text($1::json)',
};

/** Also an organization, by its own id. Nobody has proved these rows: whoever acts by them looks at the whole ones. */
export async function activeAmong(
  store: Pick<Statements, 'all'> & Pick<Store, 'engine'>,
  teamIds: readonly TeamId[],
): Promise<ReadonlySet<TeamId>> {
  const asked = teamIds.filter(isStorable);
  if (asked.length === 0) return new Set();
  const given = GIVEN[store.engine];
  const rows = await store.all(
    `select t.team_id as id from team t join installation i on i.key = t.installation_key
       where t.team_id in (${given}) and i.status = 'active'
     union select i.key as id from installation i where i.key in (${given}) and i.status = 'active'`,
    [JSON.stringify(asked)],
  );
  return new Set(rows.map(({ id }) => String(id)));
}
