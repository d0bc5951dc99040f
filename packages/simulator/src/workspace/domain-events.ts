/**
 * What happens in a workspace, as typed facts. The workspace emits them; RTM turns them into frames, and everything else
 * that watches (Events API, Socket Mode, pages) subscribes in the same way and needs no change here.
 */
import type { App, Channel, Installation, Message, Presence, Team, User } from './model.ts';

/** Why the tokens of an app stopped working in a team. */
export type RemovalCause = 'disabled' | 'uninstalled' | 'revoked';

/** What becomes of the live sockets when an app goes. */
export type SocketFate = 'close' | 'keep';

/** A fact about a workspace. */
export type DomainEvent =
  | { type: 'team_created'; team: Team }
  | { type: 'user_joined_team'; team: Team; user: User }
  | { type: 'presence_changed'; team: Team; user: User; presence: Presence }
  | { type: 'channel_created'; team: Team; channel: Channel }
  | { type: 'im_created'; team: Team; channel: Channel }
  | { type: 'member_joined'; team: Team; channel: Channel; userId: string; inviterId: string | undefined }
  | { type: 'message_posted'; team: Team; channel: Channel; message: Message; viaSocketId: string | undefined }
  | { type: 'user_typing'; team: Team; channel: Channel; userId: string }
  | { type: 'app_installed'; team: Team; app: App; installation: Installation; isReinstall: boolean }
  | {
      type: 'app_removed';
      team: Team;
      app: App;
      installation: Installation;
      cause: RemovalCause;
      /** Whether open sockets end with it. A fault that mutes or resets them says `keep` and does it itself. */
      sockets: SocketFate;
    };

/** Receives every fact, at once and in order. */
export type DomainListener = (event: DomainEvent) => void;

/** The list of listeners. A throwing listener is reported and stops nobody. */
export class DomainEvents {
  readonly #listeners = new Set<DomainListener>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Subscribes; the returned function ends it. */
  on(listener: DomainListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(event: DomainEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
