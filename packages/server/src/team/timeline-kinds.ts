/** Which kinds of entries the timeline of an installation has. Rows may hold others, which another version wrote. */

/** Each that is written, in the order of a life. A kind that is written and not here does not compile. */
export const timelineKinds = [
  'installed',
  'reinstalled',
  'reactivated',
  'access_granted',
  'access_revoked',
  'team_left',
  'token_exchanged',
  'gap',
  'connect_refused',
  'probed',
  'verdict',
  'incident_extended',
  'user_token_dropped',
  'removal_refused',
  'app_moved',
] as const;

export type TimelineKind = (typeof timelineKinds)[number];
