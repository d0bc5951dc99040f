/** Replays or discards failed events, as many as match: counted first, and what fails after the count is not meant. */
import { useState } from 'preact/hooks';
import { CopyButton, confirmed, plural, toast } from 'ui-kit';
import { readAgain } from '../live.ts';
import { api, mayOperate, noteRefusal } from '../session.ts';
import { quoted } from './quoted.ts';

/** Without any all failed events are meant. */
export interface BulkFilter {
  teamId?: string;
  type?: string;
  error?: string;
  since?: string;
  /** A query of the list. */
  where?: string;
}

const WORDS = {
  replay: {
    verb: 'Replay',
    text: 'They are handed to the listeners again, in the order of their conversations and at the pace of the server. A running replay can be cancelled.',
  },
  discard: {
    verb: 'Discard',
    text: 'They will never be handled, and what Slack sent is deleted. This cannot be undone.',
  },
} as const;

export interface BulkEventsProps {
  filter: BulkFilter;
  label: string;
  word?: keyof typeof WORDS;
  /** @defaultValue true */
  isSmall?: boolean;
}

/** Hidden from those who may only read. */
export function BulkEvents({ filter, label, word = 'replay', isSmall = true }: BulkEventsProps) {
  const [isBusy, setBusy] = useState(false);
  if (!mayOperate.value) return null;
  const run = async () => {
    if (isBusy) return;
    setBusy(true);
    try {
      await countAndDo(filter, word);
    } catch (error) {
      noteRefusal(error);
      toast((error as Error).message, 'bad');
    } finally {
      setBusy(false);
    }
  };
  const cli = `slack-bot-server events ${word}${flagsOf(filter)}`;
  return (
    <span class="action">
      <button
        type="button"
        class={`button${isSmall ? ' small' : ''}${word === 'discard' ? ' danger' : ''}`}
        aria-disabled={isBusy}
        onClick={run}
      >
        {label}
      </button>
      <CopyButton text={cli} label="CLI" title={`Copy: ${cli}`} />
    </span>
  );
}

async function countAndDo(filter: BulkFilter, word: keyof typeof WORDS): Promise<void> {
  const { verb, text } = WORDS[word];
  // Received by now: an event that comes and fails while the question stands was not counted, and is not meant.
  const pick = { ...filter, until: new Date().toISOString() };
  const { matching } = await api.post<{ matching: number }>(`/api/events/${word}`, { ...pick, dryRun: true });
  const many = plural(matching, 'failed event');
  if (matching === 0) {
    toast('No failed event matches.', 'info');
    return;
  }
  const isDangerous = word === 'discard';
  const typed = isDangerous && matching > 1 ? { typed: String(matching) } : {};
  if (!(await confirmed({ title: `${verb} ${many}?`, text, verb: `${verb} ${many}`, isDangerous, ...typed }))) return;
  const answer = await api.post<{ next: string; replay?: number | null }>(`/api/events/${word}`, pick);
  const { replay } = answer;
  const cancel = () =>
    void api.post(`/api/replays/${replay}/cancel`).then(readAgain, (error: Error) => toast(error.message, 'bad'));
  toast(answer.next, 'good', typeof replay === 'number' ? { action: { label: 'Cancel it', run: cancel } } : {});
  readAgain();
}

/** As the command line names them. */
function flagsOf({ teamId, type, error, since, where }: BulkFilter): string {
  const flags = { team: teamId, type, error, since, where };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  if (given.length === 0) return ' --all';
  return given.map(([name, value]) => ` --${name} ${quoted(value ?? '')}`).join('');
}
