/** Calls of other services that apps show in conversations. Plain data. */

/** Somebody in a call: of the workspace, or a stranger whom only the service knows. */
export type CallParticipant =
  | { readonly slack_id: string }
  | { readonly external_id: string; readonly display_name: string; readonly avatar_url?: string | undefined };

/** A call that an app registered. */
export interface Call {
  /** `R…` */
  readonly id: string;
  readonly appId: string;
  readonly externalUniqueId: string;
  readonly externalDisplayId: string | undefined;
  readonly createdBy: string;
  readonly startedAtSeconds: number;
  /** Undefined while it goes on. */
  endedAtSeconds: number | undefined;
  title: string | undefined;
  joinUrl: string;
  desktopAppJoinUrl: string | undefined;
  /** Who is in it now. */
  participants: readonly CallParticipant[];
  /** Whoever was in it. */
  everybody: readonly CallParticipant[];
}
