/** Slackbot: in every workspace a user that nobody added, and that no app counts among the members. */
import type { Team, User } from './model.ts';
import { newProfile } from './profiles.ts';

export const SLACKBOT_ID = 'USLACKBOT';

const known = new WeakMap<Team, User>();

/** The Slackbot of a workspace. It is no bot to Slack: is_bot is false, and there is no bot_id. */
export function slackbotOf(team: Team): User {
  const slackbot = known.get(team) ?? createSlackbot(team);
  known.set(team, slackbot);
  return slackbot;
}

/** Somebody by id, Slackbot among them. */
export function userOrSlackbot(team: Team, id: string): User | undefined {
  return id === SLACKBOT_ID ? slackbotOf(team) : team.users.get(id);
}

function createSlackbot(team: Team): User {
  return {
    id: SLACKBOT_ID,
    teamId: team.id,
    name: 'slackbot',
    realName: 'Slackbot',
    email: '',
    color: '757575',
    isAdmin: false,
    botId: undefined,
    appId: undefined,
    profile: newProfile('Slackbot'),
    presence: 'active',
    isOnline: true,
    isManuallyAway: false,
    isDeleted: false,
    updatedAtMs: 0,
  };
}
