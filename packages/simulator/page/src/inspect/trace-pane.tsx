/** What came of a message: deliveries with their attempts, acks and payloads, and the calls around them. One delivery can be sent again. */
import { useState } from 'preact/hooks';
import {
  Badge,
  CopyButton,
  Empty,
  Failure,
  JsonTree,
  type Loaded,
  Problem,
  Skeleton,
  Time,
  toast,
  useLoad,
} from 'ui-kit';
import type { DeliveryInfo } from '../../../src/control/delivery-routes.ts';
import { PaneFrame } from '../chat/person.tsx';
import { goTo } from '../place.ts';
import { api, doIt, log, revision, shownTeam, status as simulator, team } from '../sim.ts';
import { FaultsLike } from './faults-pane.tsx';
import { LogLine } from './log-pane.tsx';

/** @param about A message's timestamp, or the id of a delivery. */
export function TracePane({ about }: { about: string }) {
  const isMessage = /^\d+\.\d+$/.test(about);
  const { value: deliveries, error, reload } = useDeliveries(about, isMessage);
  return (
    <PaneFrame title={<h2>What came of it</h2>}>
      {error && <Failure error={error} onRetry={reload} />}
      {!deliveries && !error && <Skeleton />}
      {deliveries && (
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

function useDeliveries(about: string, isMessage: boolean): Loaded<readonly DeliveryInfo[]> {
  const read = async (signal: AbortSignal) => {
    if (!isMessage) return await oneDelivery(about, signal);
    const query = { team: team.peek()?.id, limit: MOST_ASKED };
    const { deliveries } = await api.get<{ deliveries: DeliveryInfo[] }>('/_sim/deliveries', query, signal);
    return deliveries.filter(({ payload }) => JSON.stringify(payload).includes(`"${about}"`));
  };
  return useLoad<readonly DeliveryInfo[]>(about, read, { revision: revision.value });
}

/** None: it is not known any more. */
async function oneDelivery(id: string, signal: AbortSignal): Promise<readonly DeliveryInfo[]> {
  try {
    return [await api.get<DeliveryInfo>(`/_sim/deliveries/${id}`, {}, signal)];
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return [];
    throw error;
  }
}

function Delivery({ delivery }: { delivery: DeliveryInfo }) {
  const { id, event, acked, status, error, durationMs, payload, answer } = delivery;
  const [isEditing, setEditing] = useState(false);
  return (
    <section class="card stack" aria-label={event}>
      <header>
        <h3 class="row">
          {event}{' '}
          <Badge tone={acked ? 'good' : 'bad'}>
            {acked ? `acked in ${durationMs} ms` : (error ?? `HTTP ${status}`)}
          </Badge>
        </h3>
        <div class="row">
          <button
            type="button"
            class="button small"
            onClick={() => void doIt(api.send('POST', `/_sim/deliveries/${id}/resend`))}
          >
            Send again
          </button>
          <button type="button" class="button small" aria-expanded={isEditing} onClick={() => setEditing(!isEditing)}>
            Edit and send
          </button>
        </div>
      </header>
      <Way delivery={delivery} />
      <Payload delivery={delivery} />
      <FaultsLike name={event} event={event} app={delivery.app} />
      {isEditing && <PayloadEditor id={id} payload={payload} onSent={() => setEditing(false)} />}
      {answer !== '' && (
        <details>
          <summary class="small">Answer</summary>
          <pre class="code-block">{answer}</pre>
        </details>
      )}
    </section>
  );
}

/** When and how it was sent, and when it comes again. */
function Way({ delivery }: { delivery: DeliveryInfo }) {
  const { attempt, status, via, atMs, reason, nextAtMs, eventId } = delivery;
  return (
    <p class="small soft">
      <Time at={atMs} isExact /> · {via}
      {attempt > 0 && ` · retry ${attempt} (${reason})`}
      {status !== undefined && ` · HTTP ${status}`}
      {nextAtMs !== undefined && nextAtMs > (simulator.value?.clock.nowMs ?? 0) && (
        <>
          {' '}
          · next try <Time at={nextAtMs} />
        </>
      )}
      {eventId && <span class="mono"> · {eventId}</span>}
    </p>
  );
}

function Payload({ delivery: { id, via, target, payload } }: { delivery: DeliveryInfo }) {
  const [search, setSearch] = useState('');
  return (
    <details>
      <summary class="small">Payload</summary>
      <div class="row">
        <CopyButton text={JSON.stringify(payload, null, 2)} label="Copy JSON" />
        {via === 'http' && target && <CopyCurl id={id} />}
      </div>
      <input
        class="input"
        type="search"
        list={undefined}
        placeholder="Find in the payload"
        aria-label="Find in the payload"
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      <JsonTree value={payload} search={search} />
    </details>
  );
}

/** Signed when it is asked for: Slack's signatures are good for five minutes. */
function CopyCurl({ id }: { id: string }) {
  const [said, setSaid] = useState('Copy as curl');
  const copy = async () => {
    const answer = await doIt(api.get<{ curl: string }>(`/_sim/deliveries/${id}/curl`));
    if (!answer) return;
    const isCopied = await navigator.clipboard.writeText(answer.curl).then(
      () => true,
      () => false,
    );
    setSaid(isCopied ? 'Copied: signed for five minutes' : 'Not allowed');
    setTimeout(() => setSaid('Copy as curl'), 2_500);
  };
  return (
    <button
      type="button"
      class="button quiet small"
      title="A command that posts it, signed now"
      onClick={() => void copy()}
    >
      <span aria-live="polite">{said}</span>
    </button>
  );
}

/** The payload as text, to change and send as a new delivery. */
function PayloadEditor({ id, payload, onSent }: { id: string; payload: object; onSent: () => void }) {
  const [text, setText] = useState(() => JSON.stringify(payload, null, 2));
  const [problem, setProblem] = useState<string>();
  const send = async (event: Event) => {
    event.preventDefault();
    let changed: unknown;
    try {
      changed = JSON.parse(text);
    } catch (error) {
      return setProblem(`This is not JSON: ${(error as Error).message}`);
    }
    if (typeof changed !== 'object' || changed === null || Array.isArray(changed))
      return setProblem('A payload is an object: { … }');
    const sent = await doIt(api.post<DeliveryInfo>(`/_sim/deliveries/${id}/resend`, { payload: changed }));
    if (!sent) return;
    toast(
      sent.acked ? `Sent: acked in ${sent.durationMs} ms.` : `Sent, and not acked: ${sent.error ?? sent.status}.`,
      sent.acked ? 'good' : 'bad',
    );
    onSent();
    goTo({ panel: 'trace', about: sent.id });
  };
  return (
    <form class="stack-small" onSubmit={send}>
      <label class="field">
        <span>Payload</span>
        <textarea
          class="input mono payload-editor"
          spellcheck={false}
          value={text}
          aria-invalid={problem !== undefined}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setProblem(undefined);
          }}
        />
      </label>
      {problem && (
        <p class="field-error small" role="alert">
          {problem}
        </p>
      )}
      <div class="row">
        <button type="submit" class="button primary small">
          Send
        </button>
        <span class="small soft">As a new delivery, signed anew; the ids in it stay.</span>
      </div>
    </form>
  );
}

/** Long enough for a listener and its calls, in milliseconds. */
const AFTER_MS = 15_000;

function Around({ ts }: { ts: string }) {
  const from = Number.parseFloat(ts) * 1_000 - 50;
  const here = shownTeam.value?.id;
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
