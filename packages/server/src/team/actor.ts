/** With what something is done for a team: its current credential and identity, for one event or one client. Type only. */

export interface Actor {
  /** Null for an org-wide installation where no workspace of it is meant: its calls name none. */
  teamId: string | null;
  enterpriseId: string | null;
  botToken: string;
  botId: string | null;
  botUserId: string | null;
  /** Tokens of people who gave one, by user id. */
  userTokens?: ReadonlyMap<string, string>;
  /** Changes with every install or refresh; clients of an older one are let go. */
  versionKey: string;
}
