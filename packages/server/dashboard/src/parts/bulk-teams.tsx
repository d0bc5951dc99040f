/** The same for many teams: what would happen is counted and asked first, it can be stopped, and what can be undone is. */
import { useRef, useState } from 'preact/hooks';
import { CopyButton, confirmed, count, plural, toast } from 'ui-kit';
import type { Team, TeamsPage } from '../answers.ts';
import { readAgain } from '../live.ts';
import { api } from '../session.ts';

/** Teams that are picked, with what they were then: what is found later is not meant. */
export type Picked = ReadonlyMap<string, Team['status']>;

/** More at once are better done by the command line, which goes on when this page is closed. */
const MOST_PICKED = 5_000;

/** Teams that are asked for at a time. */
const AT_A_TIME = 6;

interface BulkAction {
  word: 'restart' | 'probe' | 'deactivate' | 'reactivate';
  label: string;
  done: string;
  what: string;
  back: string;
  /** Whom it changes; the others stay as they are. */
  readonly isMeant: (status: Team['status']) => boolean;
  /** What takes it back. */
  undo?: 'reactivate' | 'deactivate';
}

const isInactive = (status: Team['status']) => status === 'inactive';

const ACTIONS: readonly BulkAction[] = [
  {
    word: 'restart',
    label: 'Restart',
    done: 'restarted',
    what: 'Their connections are opened anew.',
    back: 'Nothing is lost: the old connection goes on until the new one is open.',
    isMeant: (status) => !isInactive(status),
  },
  {
    word: 'probe',
    label: 'Ask Slack',
    done: 'asked about',
    what: 'Slack is asked whether their tokens still work, and what it answers decides.',
    back: 'A team whose token Slack rejects becomes inactive.',
    isMeant: (status) => !isInactive(status),
  },
  {
    word: 'deactivate',
    label: 'Deactivate',
    done: 'deactivated',
    what: 'The bot stops working for them at once.',
    back: 'Undo takes it back; so does Reactivate, and each team that installs again.',
    isMeant: (status) => !isInactive(status),
    undo: 'reactivate',
  },
  {
    word: 'reactivate',
    label: 'Reactivate',
    done: 'reactivated',
    what: 'Slack is asked, and where the token still works the bot goes on.',
    back: 'Undo deactivates those that came back.',
    isMeant: isInactive,
    undo: 'deactivate',
  },
];

export interface BulkProps {
  query: string;
  picked: Picked;
  /** How many teams match the query. */
  matching: number | undefined;
  readonly onPick: (picked: Picked) => void;
}

export function BulkTeams({ query, picked, matching, onPick }: BulkProps) {
  const [progress, setProgress] = useState<string>();
  const stop = useRef(false);
  const begin = async (action: BulkAction) => {
    const meant = [...picked].filter(([, status]) => action.isMeant(status)).map(([teamId]) => teamId);
    if (!(await confirmed(questionOf(action, meant.length, picked.size)))) return;
    stop.current = false;
    const run = { onProgress: (done: number) => setProgress(`${count(done)} of ${count(meant.length)}`), stop };
    const result = await doAll(action.word, meant, run);
    setProgress(undefined);
    tell(action, meant.length, result);
    readAgain();
    onPick(new Map());
  };
  const pickAll = async () => {
    setProgress('counting');
    onPick(await allMatching(query));
    setProgress(undefined);
  };
  const hasMore = matching !== undefined && matching > picked.size;
  return (
    <section class="card row spread bulk" aria-label="Picked teams">
      <div class="row">
        <strong role="status">{plural(picked.size, 'team')} picked</strong>
        {hasMore && matching <= MOST_PICKED && progress === undefined && (
          <button type="button" class="button small" onClick={pickAll}>
            Pick all {count(matching)} that match
          </button>
        )}
        {hasMore && matching > MOST_PICKED && (
          <span class="small soft">All {count(matching)} are too many for a page: narrow the query.</span>
        )}
      </div>
      <div class="row">
        {progress && <span role="status">{progress}</span>}
        {progress && (
          <button type="button" class="button small" onClick={() => void (stop.current = true)}>
            Stop
          </button>
        )}
        {ACTIONS.map((action) => (
          <BulkButton key={action.word} action={action} picked={picked} isBusy={progress !== undefined} onRun={begin} />
        ))}
        <button type="button" class="button quiet small" onClick={() => onPick(new Map())}>
          Pick none
        </button>
      </div>
    </section>
  );
}

interface BulkButtonProps {
  action: BulkAction;
  picked: Picked;
  isBusy: boolean;
  readonly onRun: (action: BulkAction) => void;
}

function BulkButton({ action, picked, isBusy, onRun }: BulkButtonProps) {
  const { word, label } = action;
  const meant = [...picked].filter(([, status]) => action.isMeant(status));
  const lines = () => meant.map(([teamId]) => `slack-bot-server teams ${word} ${teamId}`).join('\n');
  return (
    <span class="action">
      <button
        type="button"
        class={`button small${word === 'deactivate' ? ' danger' : ''}`}
        disabled={isBusy || meant.length === 0}
        title={meant.length === 0 ? 'This applies to none of the selected teams' : undefined}
        onClick={() => onRun(action)}
      >
        {label}
      </button>
      <CopyButton text={lines} label="CLI" title={`Copy: slack-bot-server teams ${word} …, a line for each team`} />
    </span>
  );
}

function questionOf({ label, what, back, word }: BulkAction, meant: number, picked: number) {
  const many = plural(meant, 'team');
  const rest = picked - meant;
  const others =
    rest === 0
      ? ''
      : ` ${plural(rest, 'other')} of those that are picked ${rest === 1 ? 'stays' : 'stay'} as ${rest === 1 ? 'it is' : 'they are'}.`;
  return {
    title: `${label}: ${many}?`,
    text: `${what}${others} ${back}`,
    verb: `${label} ${many}`,
    isDangerous: word === 'deactivate',
  };
}

/** Every team that matches now. */
async function allMatching(query: string): Promise<Picked> {
  const all = new Map<string, Team['status']>();
  try {
    for (let cursor: string | null | undefined; cursor !== null && all.size < MOST_PICKED; ) {
      const page: TeamsPage = await api.get('/api/teams', { query, limit: 500, cursor });
      for (const { teamId, status } of page.teams) all.set(teamId, status);
      cursor = page.nextCursor;
    }
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
  return all;
}

interface BulkResult {
  changed: readonly string[];
  refused: number;
  firstRefusal: string | undefined;
}

interface BulkRun {
  readonly onProgress: (done: number) => void;
  stop: { current: boolean };
}

/** A few at a time; those that were changed can be changed back. */
async function doAll(
  word: BulkAction['word'],
  teamIds: readonly string[],
  { onProgress, stop }: BulkRun,
): Promise<BulkResult> {
  const changed: string[] = [];
  let refused = 0;
  let firstRefusal: string | undefined;
  let done = 0;
  const left = [...teamIds];
  const work = async () => {
    for (let teamId = left.shift(); teamId !== undefined && !stop.current; teamId = left.shift()) {
      try {
        const answer = await api.post<{ changed?: boolean; status?: string }>(
          `/api/teams/${encodeURIComponent(teamId)}/${word}`,
        );
        if (answer.changed !== false && (word !== 'reactivate' || answer.status === 'active')) changed.push(teamId);
      } catch (error) {
        refused++;
        firstRefusal ??= (error as Error).message;
      }
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return { changed, refused, firstRefusal };
}

function tell({ done, label, undo }: BulkAction, meant: number, { changed, refused, firstRefusal }: BulkResult): void {
  const others = meant - changed.length - refused;
  const words = [
    `${plural(changed.length, 'team')} ${done}`,
    ...(refused > 0 ? [`${count(refused)} refused (${firstRefusal})`] : []),
    ...(others > 0 ? [`${count(others)} unchanged`] : []),
  ].join(', ');
  const action =
    undo && changed.length > 0 ? { label: 'Undo', run: () => void takeBack(undo, changed, label) } : undefined;
  toast(`${words}.`, refused > 0 ? 'bad' : 'good', action && { action });
}

async function takeBack(word: 'reactivate' | 'deactivate', teamIds: readonly string[], label: string): Promise<void> {
  const { changed, refused } = await doAll(word, teamIds, { onProgress: () => {}, stop: { current: false } });
  const left = teamIds.length - changed.length;
  toast(
    left === 0
      ? `${label} was taken back for ${plural(changed.length, 'team')}.`
      : `${label} was taken back for ${plural(changed.length, 'team')}; ${count(left)} could not be (${count(refused)} refused).`,
    left === 0 ? 'good' : 'bad',
  );
  readAgain();
}
