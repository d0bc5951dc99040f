/** The team that a link leads to: as whoever asks says, by its id, by its domain, or because there is only one. */
import { searchTeams } from '../../team/team-search-repository.ts';
import type { MessageLink } from '../events/message-link.ts';
import type { OperationContext } from '../operation-context.ts';

/** Teams with the word somewhere in their names: the one of that very domain is among them, or the word is a common one. */
const MOST_FOUND = 100;

/** Undefined when nothing tells: then the events of the message, if there are any, do. */
export async function teamOfLink(
  { reads, vault }: Pick<OperationContext, 'reads' | 'vault'>,
  { teamId, domain }: MessageLink,
  asked: string | undefined,
): Promise<string | undefined> {
  if (asked !== undefined || teamId !== undefined) return asked ?? teamId;
  const named = domain === undefined ? [] : [{ kind: 'text' as const, part: domain, isNegated: false }];
  const { views } = await searchTeams({ reads, vault }, named, { limit: domain === undefined ? 2 : MOST_FOUND });
  const teams = views.flatMap((view) => view.teams);
  const fitting = domain === undefined ? teams : teams.filter((team) => team.domain === domain);
  return fitting.length === 1 ? fitting[0]?.teamId : undefined;
}
