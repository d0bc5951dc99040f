/** What came of a message: deliveries with their attempts, acks and payloads, and the calls around them. One delivery can be sent again. */
import { useEffect, useState } from 'preact/hooks';
import { Badge, CopyButton, Empty, JsonTree, Skeleton, Time } from 'ui-kit';
import type { DeliveryInfo } from '../../../src/control/delivery-routes.ts';
import { PaneFrame } from '../chat/person.tsx';
import { api, doIt, log, screen, team } from '../sim.ts';
import { LogLine } from './log-pane.tsx';

/** @param about A message's timestamp, or the id of a delivery. */
export function TracePane({ about }: { about: string }) {
  const isMessage = /^\d+\.\d+$/.test(about);
  const deliveries = useDeliveries(about, isMessage);
  return (
    <PaneFrame title={<h2>What came of it</h2>}>
      {!deliveries ? (
        <Skeleton />
      ) : (
        <div class="stack pad">
          {deliveries.length === 0 && (
            <Empty>
              {isMessage
                ? 'No request was sent for it: over RTM see the frames below, or no app is subscribed.'
                : 'The delivery is not known any more.'}
            </Empty>
          )}
          {deliveries.map((delivery) => (
            <Delivery key={delivery.id} delivery={delivery} />
          ))}
          {isMessage && <Around ts={about} />}
        </div>
      )}
    </PaneFrame>
  );
}

const MOST_ASKED = 500;

function useDeliveries(about: string, isMessage: boolean): readonly DeliveryInfo[] | undefined {
  const [found, setFound] = useState<readonly DeliveryInfo[]>();
  const seen = log.value.at(-1)?.seq;
  useEffect(() => {
    let isOver = false;
    const read = async () => {
      if (!isMessage) return [await api.get<DeliveryInfo>(`/_sim/deliveries/${about}`)];
      const { deliveries } = await api.get<{ deliveries: DeliveryInfo[] }>('/_sim/deliveries', {
        team: team.peek()?.id,
        limit: MOST_ASKED,
      });
      return deliveries.filter(({ payload }) => JSON.stringify(payload).includes(`"${about}"`));
    };
    read().then(
      (all) => !isOver && setFound(all),
      () => !isOver && setFound([]),
    );
    return () => {
      isOver = true;
    };
  }, [about, seen]);
  return found;
}

function Delivery({ delivery }: { delivery: DeliveryInfo }) {
  const {
    id,
    event,
    attempt,
    acked,
    status,
    error,
    durationMs,
    via,
    target,
    payload,
    answer,
    atMs,
    reason,
    nextAtMs,
    eventId,
  } = delivery;
  return (
    <section class="card stack" aria-label={event}>
      <header>
        <h3 class="row">
          {event}{' '}
          <Badge tone={acked ? 'good' : 'bad'}>
            {acked ? `acked in ${durationMs} ms` : (error ?? `HTTP ${status}`)}
          </Badge>
        </h3>
        <button type="button" class="button small" onClick={() => void doIt(api.post(`/_sim/deliveries/${id}/resend`))}>
          Send again
        </button>
      </header>
      <p class="small soft">
        <Time at={atMs} isExact /> · {via}
        {attempt > 0 && ` · retry ${attempt} (${reason})`}
        {status !== undefined && ` · HTTP ${status}`}
        {nextAtMs !== undefined && (
          <>
            {' '}
            · next try <Time at={nextAtMs} />
          </>
        )}
        {eventId && <span class="mono"> · {eventId}</span>}
      </p>
      <details>
        <summary class="small">Payload</summary>
        <div class="row">
          <CopyButton text={JSON.stringify(payload, null, 2)} label="Copy JSON" />
          {via === 'http' && target && <CopyButton text={curlOf(target, payload)} label="Copy as curl" />}
        </div>
        <JsonTree value={payload} />
      </details>
      {answer !== '' && (
        <details>
          <summary class="small">Answer</summary>
          <pre class="code-block">{answer}</pre>
        </details>
      )}
    </section>
  );
}

/** Unsigned: the simulator signs what it sends itself, see "Send again". */
function curlOf(url: string, payload: unknown): string {
  return `curl -X POST '${url}' -H 'content-type: application/json' -d '${JSON.stringify(payload).replaceAll("'", String.raw`'\''`)}'`;
}

/** Long enough for a listener and its calls, in milliseconds. */
const AFTER_MS = 15_000;

function Around({ ts }: { ts: string }) {
  const from = Number.parseFloat(ts) * 1_000 - 50;
  const here = screen.value?.team.id;
  const records = log.value.filter(
    ({ atMs, team: of, frame }) =>
      atMs >= from &&
      atMs <= from + AFTER_MS &&
      (of === undefined || of === here) &&
      frame !== 'ping' &&
      frame !== 'pong',
  );
  return (
    <section>
      <h3>Around that time</h3>
      <ol class="log">
        {records.slice(0, 100).map((record) => (
          <LogLine key={record.seq} record={record} />
        ))}
      </ol>
    </section>
  );
}
