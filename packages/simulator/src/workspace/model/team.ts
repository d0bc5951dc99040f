/** Workspaces and organizations. Plain data. */

import type { Call } from './call.ts';
import type { Channel, ScheduledMessage } from './conversation.ts';
import type { Installation, OrgInstallation } from './installation.ts';
import type { Bot, User } from './person.ts';
import type { Reminder } from './reminder.ts';
import type { Star } from './star.ts';
import type { Usergroup } from './usergroup.ts';

/** An organization of workspaces. */
export interface Enterprise {
  readonly id: string;
  readonly name: string;
  /** Org-wide installations by app id. An entry stays after an uninstall. */
  readonly installations: Map<string, OrgInstallation>;
}

/** A workspace. */
export interface Team {
  readonly id: string;
  name: string;
  domain: string;
  readonly enterprise: Enterprise | undefined;
  readonly createdAtMs: number;
  readonly users: Map<string, User>;
  readonly bots: Map<string, Bot>;
  readonly channels: Map<string, Channel>;
  /** Custom emoji: name → URL, or `alias:name`. */
  readonly emoji: Map<string, string>;
  readonly calls: Map<string, Call>;
  readonly reminders: Map<string, Reminder>;
  /** Of everybody, newest first. */
  readonly stars: Star[];
  readonly usergroups: Map<string, Usergroup>;
  readonly scheduledMessages: Map<string, ScheduledMessage>;
  /** By app id. An entry stays after an uninstall, because a re-install finds the same bot user. */
  readonly installations: Map<string, Installation>;
}
