/** The way of an event from Slack to its listeners, as bars over time, with what they called at Slack. */
import { duration, moment } from 'ui-kit';
import { type EventTrace, type Line, linesOf, type Step } from './waterfall-steps.ts';

export function Waterfall({ trace }: { trace: EventTrace }) {
  const lines = linesOf(trace, Date.now());
  if (lines.length === 0)
    return (
      <p class="soft">Its times are not remembered: each process keeps those of the last events (HISTORY_EVENTS).</p>
    );
  return (
    <div class="stack">
      {lines.map((line) => (
        <LineTable key={line.beginsAt + line.title} line={line} />
      ))}
      {trace.repeats > 0 && <p class="small soft">Slack sent it {trace.repeats} × again; no listener ran for that.</p>}
      {trace.runs.some(({ moreCalls }) => moreCalls > 0) && (
        <p class="small soft">More calls were made than are remembered.</p>
      )}
    </div>
  );
}

function LineTable({ line }: { line: Line }) {
  const { title, beginsAt, spanMs, steps } = line;
  return (
    <table class="waterfall">
      <caption>
        <strong>{title}</strong>{' '}
        <span class="soft small">
          {moment(Date.parse(beginsAt))}, {duration(spanMs)} in all
        </span>
      </caption>
      <colgroup>
        <col class="step-column" />
        <col />
        <col class="took-column" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">When</th>
          <th scope="col" class="num">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step, index) => (
          <StepRow key={`${index} ${step.name}`} step={step} spanMs={spanMs} />
        ))}
      </tbody>
    </table>
  );
}

/** A bar of nothing is still to be seen, in percent. */
const LEAST_WIDTH = 0.6;

function StepRow({ step, spanMs }: { step: Step; spanMs: number }) {
  const { name, detail, tone, fromMs, ms, isCall } = step;
  const left = Math.min(100 - LEAST_WIDTH, (100 * fromMs) / spanMs);
  const width = ms === null ? 100 - left : Math.min(100 - left, Math.max(LEAST_WIDTH, (100 * ms) / spanMs));
  return (
    <tr>
      <th scope="row" class={isCall ? 'is-call' : ''}>
        <span class={isCall ? 'mono' : ''}>{name}</span>
        {detail && <span class="small soft block-detail">{detail}</span>}
      </th>
      <td class="track" title={`begins after ${duration(fromMs)}`}>
        <span class={`span-bar bar-${tone}`} style={{ left: `${left}%`, width: `${width}%` }} />
      </td>
      <td class="num">{ms === null ? 'goes on' : duration(ms)}</td>
    </tr>
  );
}
