/** What a team's row means, in words. */
import { Badge, type Tone, visible } from 'ui-kit';
import type { Team } from '../answers.ts';
import { reasonWords as wordsOf } from './words.ts';

const TONES: Readonly<Record<Team['status'], Tone>> = {
  active: 'good',
  'active (confirming)': 'warn',
  'active (held)': 'warn',
  suspended: 'warn',
  inactive: 'none',
  'no access': 'none',
  refused: 'bad',
};

export function StatusBadge({ status }: { status: Team['status'] }) {
  return <Badge tone={TONES[status]}>{status}</Badge>;
}

/** How a team is called. */
export function teamName({ name, domain, teamId }: Pick<Team, 'name' | 'domain' | 'teamId'>): string {
  return visible(name ?? domain ?? teamId);
}

/** State, since when, why, and what comes next: `since` is a moment in words. */
export function stateSentence(team: Team, since: string): { state: string; next: string } {
  const why = reasonWords(team.reason);
  switch (team.status) {
    case 'active':
      return { state: `Active, installed ${since}.`, next: 'Its messages are answered.' };
    case 'active (confirming)':
      return {
        state: `Active, in doubt since ${since}: ${why}.`,
        next: 'Slack is asked again before anything is decided; its events wait in the meantime.',
      };
    case 'active (held)':
      return {
        state: `Active, held since ${since}: ${why}, like many others at once.`,
        next: 'Nothing is decided while the incident lasts. Its token is probed again automatically.',
      };
    case 'suspended':
      return {
        state: `Suspended since ${since}: ${why}.`,
        next: 'Its token is probed from time to time; nothing has to be installed.',
      };
    case 'inactive':
      return {
        state: `Inactive since ${since}: ${why}.`,
        next: 'It comes back when the team installs the bot again, on the same row, with its data; or when you reactivate it and Slack accepts its token.',
      };
    case 'no access':
      return {
        state: `Its organization has not let the bot in since ${since}.`,
        next: 'An administrator of the organization grants access in Slack.',
      };
    case 'refused':
      return {
        state: 'Its row was changed by something other than this server.',
        next: 'Nothing is done for it: see the log, and restore the row.',
      };
  }
}

/** Reasons that Slack did not give. */
const DECIDED_HERE: ReadonlySet<string> = new Set(['operator', 'bot', 'app_moved']);

/** As a sentence goes on: Slack's own word stays in it, for whoever looks it up. */
function reasonWords(reason: string | null): string {
  if (reason === null) return 'no reason was kept';
  const words = wordsOf(reason);
  if (DECIDED_HERE.has(reason) || reason.startsWith('bot: ')) return words;
  return words === reason ? `Slack answered ${reason}` : `Slack answered ${reason} (${words})`;
}
