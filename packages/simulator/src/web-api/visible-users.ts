/** People as a caller may see them. */
import type { User } from '../workspace/model.ts';
import { type Json, profileShape, userShape } from '../workspace/slack-shapes.ts';
import type { TeamCall } from './method.ts';

/** Without this scope granular apps see no addresses. (https://docs.slack.dev/reference/scopes/users.read.email) */
const EMAIL_SCOPE = 'users:read.email';

/** A user, without the address if the token may not read it. */
export function visibleUser(call: TeamCall, user: User, options: { hasLocale?: boolean | undefined } = {}): Json {
  return {
    ...userShape(call.team, user),
    profile: visibleProfile(call, user),
    ...(options.hasLocale && { locale: 'en-US' }),
  };
}

/** A profile, likewise. */
export function visibleProfile({ app, token, team }: TeamCall, user: User): Json {
  const { email, ...profile } = profileShape(team, user);
  const maySeeEmail = app.kind === 'classic' || token.scopes.includes(EMAIL_SCOPE);
  return maySeeEmail && email !== undefined ? { ...profile, email } : profile;
}
