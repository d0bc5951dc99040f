/** Messages to many teams: what is on its way, and a new one. */
import { useState } from 'preact/hooks';
import {
  Badge,
  CopyButton,
  confirmed,
  Empty,
  Failure,
  plural,
  QueryBox,
  Skeleton,
  Time,
  type Tone,
  toast,
} from 'ui-kit';
import type { Broadcasts } from '../answers.ts';
import { readAgain } from '../live.ts';
import { Action } from '../parts/action.tsx';
import { quoted } from '../parts/quoted.ts';
import { TEAM_TERMS } from '../parts/terms.ts';
import { useAnswer } from '../read.ts';
import { api, mayOperate } from '../session.ts';

type Broadcast = Broadcasts['broadcasts'][number];

export function BroadcastsPage() {
  const { value, error, reload } = useAnswer<Broadcasts>('/api/broadcast', { limit: 20 });
  return (
    <div class="stack">
      <h1>Broadcasts</h1>
      {mayOperate.value && <NewBroadcast />}
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton lines={4} />}
      {value?.broadcasts.length === 0 && <Empty>No broadcast has been sent yet.</Empty>}
      {value?.broadcasts.map((one) => (
        <BroadcastCard key={one.broadcast} one={one} />
      ))}
    </div>
  );
}

const STATES: Readonly<Record<Broadcast['state'], Tone>> = {
  filling: 'info',
  running: 'info',
  done: 'good',
  cancelled: 'none',
};

function BroadcastCard({ one }: { one: Broadcast }) {
  const { counts } = one;
  const isOn = one.state === 'running' || one.state === 'filling';
  return (
    <section class="card stack" aria-label={`Broadcast ${one.broadcast}`}>
      <header>
        <h2 class="row">
          Broadcast {one.broadcast} <Badge tone={STATES[one.state]}>{one.state}</Badge>
        </h2>
        {isOn && (
          <Action
            label="Cancel"
            path={`/api/broadcast/${one.broadcast}/cancel`}
            tone="danger"
            cli={`broadcast cancel ${one.broadcast}`}
          />
        )}
      </header>
      <progress max={one.teams} value={counts.sent + counts.failed + counts.skipped} aria-label="Sent" class="wide" />
      <p>
        {counts.sent} sent, {counts.waiting + counts.sending} to go, {counts.failed} failed, {counts.skipped} skipped
        {counts.not_posted > 0 && `, ${counts.not_posted} not posted`} of {plural(one.teams, 'team')} · at most{' '}
        {one.perMinute} a minute
      </p>
      <p class="small soft">
        {one.who}, <Time at={one.asked} /> · to {one.to}
      </p>
    </section>
  );
}

function NewBroadcast() {
  const [text, setText] = useState('');
  const [where, setWhere] = useState('');
  const [to, setTo] = useState('');
  const body = () => ({ text, ...(to && { to }), ...(where && { where }) });
  const cli = () =>
    `slack-bot-server broadcast start ${quoted(text)}${to && ` --to ${quoted(to)}`}${where && ` --where ${quoted(where)}`}`;
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      const preview = await api.post<{ teams: number; minutes: number }>('/api/broadcast/start', {
        ...body(),
        dryRun: true,
      });
      const many = plural(preview.teams, 'team');
      const words = `It takes about ${Math.max(1, Math.ceil(preview.minutes))} min. What was sent stays sent; the rest can be cancelled.`;
      if (!(await confirmed({ title: `Send to ${many}?`, text: words, verb: `Send to ${many}` }))) return;
      const { next } = await api.post<{ next: string }>('/api/broadcast/start', body());
      toast(next);
      setText('');
      readAgain();
    } catch (error) {
      toast((error as Error).message, 'bad');
    }
  };
  return (
    <details class="card">
      <summary class="strong">New broadcast</summary>
      <form class="stack pad-top" onSubmit={submit}>
        <label class="field">
          <span>Text</span>
          <textarea
            class="input"
            required
            maxLength={40_000}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <div class="row top">
          <label class="field grow">
            <span>Channel</span>
            <input
              class="input"
              placeholder="by default each team’s own choice"
              value={to}
              onInput={(event) => setTo(event.currentTarget.value)}
            />
          </label>
          <div class="field grow">
            <span>Teams</span>
            <QueryBox
              label="Teams that get it"
              placeholder="all that are active"
              value={where}
              terms={TEAM_TERMS}
              onChange={setWhere}
            />
          </div>
        </div>
        <div class="row">
          <button type="submit" class="button primary" disabled={text.trim() === ''}>
            Count the teams
          </button>
          <CopyButton text={cli} label="CLI" title="Copy the equivalent command" />
        </div>
      </form>
    </details>
  );
}
