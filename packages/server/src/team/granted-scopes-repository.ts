/** Which scopes installations have: what was asked for when each was installed, not what is asked for today. */
import type { Statements } from '../store/store.ts';
import { toScopes } from './installation-rows.ts';
import type { GrantedScopes } from './installations.ts';

export async function selectGrantedScopes(statements: Pick<Statements, 'all'>): Promise<GrantedScopes[]> {
  const rows = await statements.all(
    `select c.scopes, count(*) as installations, min(i.key) as example
       from credential c join installation i on i.key = c.installation_key
      where c.kind = 'bot' and i.status = 'active'
      group by c.scopes order by c.scopes`,
  );
  return rows.map((row) => ({
    scopes: toScopes(row),
    installations: Number(row.installations),
    example: String(row.example),
  }));
}
