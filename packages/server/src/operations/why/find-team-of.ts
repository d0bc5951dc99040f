/** The team that a link leads to: as whoever asks says, by its id, by its domain, or because there is only one. */
import { searchTeams } from '../../team/team-search-repository.ts';
import type { MessageLink } from '../events/message-link.ts';
import type { OperationContext } from '../operation-context.ts';

/** Teams with the word somewhere in their names: the one of that very domain is among them, or the word is a common one. */
const MOST_FOUND = 100;

export interface TeamOfLink {
  /** Undefined when nothing tells: then the events of the message, if there are any, do. */
  teamId: string | undefined;
  /** The domain that the link names, where no team here has it. */
  strangeDomain?: string;
}

export async function teamOfLink(
  { reads, vault }: Pick<OperationContext, 'reads' | 'vault'>,
  { teamId, domain }: MessageLink,
  asked: string | undefined,
): Promise<TeamOfLink> {
  if (asked !== undefined || teamId !== undefined) return { teamId: asked ?? teamId };
  const named = domain === undefined ? [] : [{ kind: 'text' as const, part: domain, isNegated: false }];
  const { views } = await searchTeams({ reads, vault }, named, { limit: domain === undefined ? 2 : MOST_FOUND });
  const teams = views.flatMap((view) => view.teams);
  const fitting = domain === undefined ? teams : teams.filter((team) => team.domain === domain);
  if (fitting.length === 1) return { teamId: fitting[0]?.teamId };
  const isStrange = domain !== undefined && fitting.length === 0 && views.length < MOST_FOUND;
  return { teamId: undefined, ...(isStrange && { strangeDomain: domain }) };
}
