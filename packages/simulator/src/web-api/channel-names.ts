/** What a channel may be called. (https://docs.slack.dev/reference/methods/conversations.create, "Naming") */

import { isRefusal, type Refusal, refuse } from '../wire/answer.ts';
import type { Channel, Team } from '../workspace/model.ts';

/** Longer names are refused. */
const MAX_NAME_LENGTH = 80;

/** The name as it will be, or Slack's refusal of it. A leading hash and spaces around it are taken off. */
export function channelName(wanted: string | undefined): { name: string } | Refusal {
  const name = (wanted ?? '').trim().replace(/^#/, '').normalize('NFC');
  if (name === '') return refuse('invalid_name_required');
  if (name.length > MAX_NAME_LENGTH) return refuse('invalid_name_maxlength');
  if (!/[\p{L}\p{N}]/u.test(name)) return refuse('invalid_name_punctuation');
  // Letters of every script, but no capitals; of signs only hyphen and underscore.
  return /^(?:(?![\p{Lu}\p{Lt}])[\p{L}\p{M}\p{N}_-])+$/u.test(name) ? { name } : refuse('invalid_name_specials');
}

/** The same for a name that nobody in the team has yet, archived and private channels included. */
export function freeChannelName(team: Team, wanted: string | undefined, own?: Channel): { name: string } | Refusal {
  const checked = channelName(wanted);
  if (isRefusal(checked)) return checked;
  for (const channel of team.channels.values()) {
    if (channel !== own && channel.name === checked.name) return refuse('name_taken');
  }
  return checked;
}
