/** What operators changed: who, when, what, and what became of it. */
import { Badge, JsonTree, Time, type Tone } from 'ui-kit';
import type { AuditEntry } from '../answers.ts';

const OUTCOMES: Readonly<Record<AuditEntry['outcome'], Tone>> = { begun: 'warn', done: 'good', failed: 'bad' };

export function AuditTable({ entries, isBrief = false }: { entries: readonly AuditEntry[]; isBrief?: boolean }) {
  return (
    <div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th>When</th>
            <th>What</th>
            {!isBrief && <th>Team</th>}
            <th>Who</th>
            {!isBrief && <th>Details</th>}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <AuditLine key={entry.seq} entry={entry} isBrief={isBrief} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AuditLine({ entry, isBrief }: { entry: AuditEntry; isBrief: boolean }) {
  const { at, operation, teamId, subject, who, from, outcome, error, input, before, after, result } = entry;
  return (
    <tr>
      <td>
        <Time at={at} />
      </td>
      <td>
        <code>{operation}</code> <Badge tone={OUTCOMES[outcome]}>{outcome}</Badge>
        {subject && <div class="small clamp">{subject}</div>}
        {error && <div class="small">{error}</div>}
        {!error && result?.changed === false && <div class="small">nothing changed</div>}
      </td>
      {!isBrief && (
        <td class="mono">{teamId && <a href={`/admin/teams/${encodeURIComponent(teamId)}`}>{teamId}</a>}</td>
      )}
      <td>
        {who}
        <div class="small soft">{from}</div>
      </td>
      {!isBrief && (
        <td>
          <details>
            <summary class="small">Before, after</summary>
            <JsonTree value={{ input, before, after, result }} />
          </details>
        </td>
      )}
    </tr>
  );
}
