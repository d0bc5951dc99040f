/** Slack's clock: it stands still, goes on by steps, and shows what became due. */
import { useState } from 'preact/hooks';
import { Badge, dateAndTime, plural } from 'ui-kit';
import type { SimulatorStatus } from '../../../src/control/control-info.ts';
import { api, doIt, log, status } from '../sim.ts';
import { LogLine } from './log-pane.tsx';

/** A step that was made: the records that came with it have numbers between these. */
interface Moved {
  label: string;
  from: number;
  to: number;
}

const STEPS = [
  ['+1 s', 1_000],
  ['+1 min', 60_000],
  ['+5 min', 300_000],
  ['+1 h', 3_600_000],
  ['+1 d', 86_400_000],
] as const;

export function ClockSection() {
  const [isBusy, setBusy] = useState(false);
  const [moved, setMoved] = useState<Moved>();
  const clock = status.value?.clock;
  const move = async (body: { mode?: string; advanceMs?: number }, label?: string) => {
    setBusy(true);
    setMoved(undefined);
    const from = await doIt(api.get<SimulatorStatus>('/_sim'));
    const done = await doIt(api.post('/_sim/clock', body));
    const to = done === undefined ? undefined : await doIt(api.get<SimulatorStatus>('/_sim'));
    if (from && to && label) setMoved({ label, from: from.log.lastSeq, to: to.log.lastSeq });
    setBusy(false);
  };
  return (
    <section class="stack-small">
      <h3>Slack’s clock</h3>
      {clock && (
        <p class="row">
          <span class="mono">{dateAndTime(clock.nowMs)}</span>
          <Badge tone={clock.mode === 'manual' ? 'warn' : 'good'}>{clock.mode === 'manual' ? 'paused' : 'runs'}</Badge>
          {isBusy && <Badge tone="info">moving</Badge>}
        </p>
      )}
      <div class="row">
        <button
          type="button"
          class="button small"
          disabled={isBusy}
          onClick={() => void move({ mode: clock?.mode === 'manual' ? 'system' : 'manual' })}
        >
          {clock?.mode === 'manual' ? 'Let it run' : 'Pause'}
        </button>
        {STEPS.map(([label, advanceMs]) => (
          <button
            key={label}
            type="button"
            class="button small"
            disabled={isBusy}
            onClick={() => void move({ advanceMs }, label)}
          >
            {label}
          </button>
        ))}
      </div>
      {moved && <Fired moved={moved} />}
    </section>
  );
}

/** More are in the traffic. */
const FIRED_SHOWN = 20;

/** What became due while the clock was moved, by its records. */
function Fired({ moved: { label, from, to } }: { moved: Moved }) {
  const fired = log.value.filter(({ seq, frame }) => seq > from && seq <= to && frame !== 'ping' && frame !== 'pong');
  const shown = fired.slice(-FIRED_SHOWN);
  return (
    <div class="stack-small" role="status">
      <p class="small soft">
        {fired.length === 0
          ? `${label}: nothing was due.`
          : `${label}: ${plural(fired.length, 'record')}${shown.length < fired.length ? `, the last ${shown.length} of them` : ''}`}
      </p>
      <ol class="log">
        {shown.map((record) => (
          <LogLine key={record.seq} record={record} />
        ))}
      </ol>
    </div>
  );
}
