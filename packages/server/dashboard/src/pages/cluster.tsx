/** The servers of this database: what each owns, and for how long its lease lasts. */
import { Badge, count, duration, Empty, Failure, Skeleton } from 'ui-kit';
import type { Cluster, Status } from '../answers.ts';
import { readAgain } from '../live.ts';
import { Action } from '../parts/action.tsx';
import { useAnswer } from '../read.ts';
import { status } from '../status.ts';

const SHARDS = 256;

export function ClusterPage({ statusError }: { statusError: Error | undefined }) {
  const { value, error, reload } = useAnswer<Cluster>('/api/cluster');
  const reports = new Map(status.value?.servers.map((server) => [server.node, server]));
  return (
    <div class="stack">
      <h1>Cluster</h1>
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton lines={6} />}
      {value?.nodes.length === 0 && <NoNodes statusError={statusError} />}
      {value && value.orphans > 0 && (
        <p class="notice tone-warn">
          {value.orphans} of {SHARDS} shards have no owner: their teams wait until a node takes them.
        </p>
      )}
      {value?.nodes.map((node) => (
        <NodeCard key={node.id} node={node} report={reports.get(node.id)} />
      ))}
    </div>
  );
}

/** What that means, the status says: only PostgreSQL has rows of nodes. */
function NoNodes({ statusError }: { statusError: Error | undefined }) {
  const engine = status.value?.store.engine;
  if (engine === undefined)
    return statusError ? <Failure error={statusError} onRetry={readAgain} /> : <Skeleton lines={6} />;
  return (
    <Empty>
      {engine === 'sqlite'
        ? 'One server has the whole SQLite database, and owns every team. Several servers share a PostgreSQL database.'
        : 'No server runs on this database.'}
    </Empty>
  );
}

function NodeCard({ node, report }: { node: Cluster['nodes'][number]; report: Status['servers'][number] | undefined }) {
  const isLate = node.leaseLeftMs <= 0;
  return (
    <section class="card stack" aria-label={`Node ${node.id}`}>
      <header>
        <h2 class="row">
          <span class="mono">{node.id}</span>{' '}
          <Badge tone={isLate ? 'bad' : node.state === 'active' ? 'good' : 'warn'}>
            {isLate ? 'lease over' : node.state}
          </Badge>
        </h2>
        <Action
          label="Drain"
          path={`/api/cluster/${encodeURIComponent(node.id)}/drain`}
          cli={`cluster drain ${node.id}`}
          question={{
            title: `Drain ${node.id}?`,
            text: 'It hands all its shards to the other nodes and takes no new ones until it is restarted. No team is without a node for long.',
            verb: 'Drain',
          }}
        />
      </header>
      <div class="share" role="img" aria-label={`${node.shards} of ${SHARDS} shards`}>
        <span style={{ width: `${(100 * node.shards) / SHARDS}%` }} />
      </div>
      <dl class="facts">
        <dt>Shards</dt>
        <dd>
          {node.shards} of {SHARDS}
        </dd>
        <dt>Connections</dt>
        <dd>{count(node.open ?? node.sockets)}</dd>
        <dt>Lease</dt>
        <dd>
          renewed {duration(node.renewedMsAgo)} ago, {isLate ? 'over' : `${duration(node.leaseLeftMs)} left`}
        </dd>
        <dt>Process</dt>
        <dd class="mono">
          {node.host} · {node.pid} · {node.version}
        </dd>
        {report && (
          <>
            <dt>Up</dt>
            <dd>
              {duration(report.uptimeMs)} · {report.transport}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
