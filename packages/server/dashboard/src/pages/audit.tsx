/** All that operators changed, and a way to take it along. */
import { address, Empty, Failure, More, navigate, Skeleton, toast, withParams } from 'ui-kit';
import type { AuditEntry, AuditPage as Page } from '../answers.ts';
import { usePages } from '../pages.ts';
import { AuditTable } from '../parts/audit-table.tsx';
import { api } from '../session.ts';

const FILTERS = [
  ['who', 'Who', 'api:admin'],
  ['operation', 'What', 'teams.deactivate'],
  ['team', 'Team', 'T0ACME0001'],
  ['since', 'Since', '24h'],
] as const;

export function AuditPage() {
  const params = address.value.searchParams;
  const fields = {
    who: params.get('who') ?? undefined,
    operation: params.get('operation') ?? undefined,
    teamId: params.get('team') ?? undefined,
    since: params.get('since') ?? undefined,
  };
  const list = usePages<AuditEntry, Page>('/api/audit', { ...fields, limit: 100 }, (page) => page.entries);
  return (
    <div class="stack">
      <header class="row spread">
        <h1>Audit</h1>
        <button type="button" class="button" onClick={() => void download(fields)}>
          Download CSV
        </button>
      </header>
      <div class="filters">
        {FILTERS.map(([name, label, example]) => (
          <label key={name} class="field">
            <span>{label}</span>
            <input
              class="input mono"
              placeholder={example}
              value={params.get(name) ?? ''}
              onChange={(event) => navigate(withParams({ [name]: event.currentTarget.value.trim() }))}
            />
          </label>
        ))}
      </div>
      {list.error && <Failure error={list.error} onRetry={list.reload} />}
      {!list.rows && !list.error && <Skeleton lines={8} />}
      {list.rows?.length === 0 && <Empty>Nothing was changed.</Empty>}
      {list.rows && list.rows.length > 0 && (
        <section class="card flush">
          <AuditTable entries={list.rows} />
          {list.hasMore && <More isLoading={list.isLoading} onMore={list.more} />}
        </section>
      )}
    </div>
  );
}

/** All pages of the export as one file. */
async function download(fields: Readonly<Record<string, string | undefined>>): Promise<void> {
  try {
    const parts: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: { csv: string; nextCursor: string | null } = await api.get('/api/audit/export', {
        ...fields,
        cursor,
      });
      // Each page has the line of names; one is enough.
      parts.push(parts.length === 0 ? page.csv : page.csv.slice(page.csv.indexOf('\n') + 1));
      cursor = page.nextCursor;
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(parts, { type: 'text/csv' }));
    link.download = 'audit.csv';
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}
