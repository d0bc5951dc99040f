/** A new broadcast: its text, where it goes and to which teams. Nothing is sent before the teams were counted and somebody said yes. */
import { useState } from 'preact/hooks';
import { CopyButton, confirmed, QueryBox, toast } from 'ui-kit';
import { readAgain } from '../live.ts';
import { api, noteRefusal } from '../session.ts';
import { type Preview, previewWords } from './broadcast-words.ts';
import { quoted } from './quoted.ts';
import { TEAM_TERMS } from './terms.ts';

/** As the operation takes it; what is empty is left out. */
interface Wanted {
  text: string;
  to?: string;
  orElse?: string;
  where?: string;
}

export function NewBroadcast() {
  const [text, setText] = useState('');
  const [where, setWhere] = useState('');
  const [to, setTo] = useState('');
  const [orElse, setOrElse] = useState('');
  // A channel that is named for all has no need of another one.
  const isToAll = to.trim() !== '';
  const wanted: Wanted = {
    text,
    ...(isToAll ? { to: to.trim() } : orElse.trim() && { orElse: orElse.trim() }),
    ...(where && { where }),
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await sent(wanted)) setText('');
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
        <div class="fields">
          <ChannelField label="Channel" hint="by default who installed the app" value={to} onChange={setTo} />
          <ChannelField
            label="Channel where the installer is unknown"
            hint={isToAll ? 'not needed: all get it in that channel' : 'without one these teams are skipped'}
            value={isToAll ? '' : orElse}
            isDisabled={isToAll}
            onChange={setOrElse}
          />
          <div class="field">
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
          <CopyButton text={() => commandOf(wanted)} label="CLI" title="Copy the equivalent command" />
        </div>
      </form>
    </details>
  );
}

interface ChannelFieldProps {
  label: string;
  hint: string;
  value: string;
  isDisabled?: boolean;
  readonly onChange: (channel: string) => void;
}

function ChannelField({ label, hint, value, isDisabled = false, onChange }: ChannelFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        placeholder={hint}
        value={value}
        disabled={isDisabled}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}

/** Counts, asks and sends; whether it was sent. */
async function sent(wanted: Wanted): Promise<boolean> {
  try {
    const question = previewWords(await api.post<Preview>('/api/broadcast/start', { ...wanted, dryRun: true }));
    if (typeof question === 'string') {
      toast(question, 'bad');
      return false;
    }
    if (!(await confirmed(question))) return false;
    const { next } = await api.post<{ next: string }>('/api/broadcast/start', wanted);
    toast(next);
    readAgain();
    return true;
  } catch (error) {
    noteRefusal(error);
    toast((error as Error).message, 'bad');
    return false;
  }
}

function commandOf({ text, to, orElse, where }: Wanted): string {
  const options = Object.entries({ to, 'or-else': orElse, where });
  const words = options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${quoted(value)}`]));
  return ['slack-bot-server broadcast start', quoted(text), ...words].join(' ');
}
