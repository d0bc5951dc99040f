/** Groups of people that can be mentioned together. Plain data. */

/** A user group; Slack's events still call it a subteam. */
export interface Usergroup {
  readonly id: string;
  readonly teamId: string;
  name: string;
  /** Without `@`; empty: it cannot be mentioned. */
  handle: string;
  description: string;
  /** What members join by themselves. */
  channelIds: readonly string[];
  userIds: readonly string[];
  readonly createdAtMs: number;
  readonly createdBy: string;
  updatedAtMs: number;
  updatedBy: string;
  /** Undefined: it is enabled. */
  disabled: { readonly atMs: number; readonly by: string } | undefined;
}
