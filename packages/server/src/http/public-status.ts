/** How the bot is, for anybody: whether it takes and answers messages. No team is named, none is counted. */
import type { Clock } from '../time/clock.ts';
import type { StatusPart } from './public-page.ts';
import type { Readiness } from './readiness.ts';

export interface PublicStatus {
  /** `trouble`: it works in part; `down`: it does not. */
  state: StatusPart['state'];
  parts: readonly StatusPart[];
}

export interface PublicStatusDeps {
  readonly ready: () => Promise<Readiness>;
  /** Whether Slack refuses many workspaces at once. */
  readonly isIncident: () => Promise<boolean>;
  clock: Pick<Clock, 'monotonic'>;
}

/** An answer counts for so long, in milliseconds: anybody may ask, and each question costs the database one. */
const FRESH_MS = 5_000;

/** Answers how it is, at most once in a while anew. Never rejects. */
export function createPublicStatus(deps: PublicStatusDeps): () => Promise<PublicStatus> {
  let last: { atMs: number; answer: Promise<PublicStatus> } | undefined;
  return () => {
    const nowMs = deps.clock.monotonic();
    if (!last || nowMs - last.atMs >= FRESH_MS) last = { atMs: nowMs, answer: look(deps) };
    return last.answer;
  };
}

async function look({ ready, isIncident }: PublicStatusDeps): Promise<PublicStatus> {
  const [readiness, isOn] = await Promise.all([
    ready().catch((): Readiness => ({ ready: false, checks: { store: 'failed' } })),
    // A database that does not answer is told by the other part.
    isIncident().catch(() => false),
  ]);
  const parts = [messages(readiness), answers(readiness), slack(isOn)];
  const worst = (['down', 'trouble'] as const).find((state) => parts.some((part) => part.state === state));
  return { state: worst ?? 'ok', parts };
}

function messages({ checks }: Readiness): StatusPart {
  const name = 'Messages are taken';
  if (checks.store === 'ok') return { name, state: 'ok' };
  return { name, state: 'down', text: 'The bot cannot store messages at the moment. Slack sends most of them again.' };
}

function answers({ checks, reasons }: Readiness): StatusPart {
  const name = 'Messages are answered';
  if (checks.teams === 'starting')
    return { name, state: 'trouble', text: 'The bot is starting. What was written meanwhile is answered soon.' };
  if (reasons?.ownership !== undefined)
    return { name, state: 'trouble', text: 'The bot has to wait before it may answer again.' };
  return { name, state: 'ok' };
}

function slack(isOn: boolean): StatusPart {
  const name = 'Slack lets the bot in';
  if (!isOn) return { name, state: 'ok' };
  const text =
    'Slack refuses the bot in many workspaces at once, which is more often a fault at Slack than real uninstalls. The bot waits and asks again; nobody has to reinstall it.';
  return { name, state: 'trouble', text };
}
