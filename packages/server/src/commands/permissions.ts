/** Who may: the permissions that most bots need. An author writes further ones as functions of the context. */
import type { Permission } from './command-context.ts';
import { UserError } from './user-error.ts';

/** What a permission says no with, as the table of texts has it. */
export class Refusal extends Error {
  readonly reason: 'adminsOnly' | 'otherChannel';
  readonly values: Readonly<Record<string, string>>;

  constructor(reason: Refusal['reason'], values: Refusal['values'] = {}) {
    super(reason);
    this.reason = reason;
    this.values = values;
  }
}

/** Admins and owners of the workspace, as users.info says; needs the scope users:read. */
export function admins(): Permission {
  const permission: Permission = async (context) => {
    const { isAdmin, isOwner } = await context.person();
    if (isAdmin || isOwner) return true;
    throw new Refusal('adminsOnly');
  };
  permission.calls = ['users.info'];
  return permission;
}

/** People by their ids. */
export function people(...userIds: readonly string[]): Permission {
  return ({ userId }) => userIds.includes(userId);
}

/** Only in these channels, by their ids. */
export function inChannels(...channelIds: readonly string[]): Permission {
  return ({ channelId }) => {
    if (channelIds.includes(channelId)) return true;
    throw new Refusal('otherChannel', { channels: channelIds.map((id) => `<#${id}>`).join(', ') });
  };
}

/** Any one of several is enough; several in `allow` must all say yes. The first refusal is told. */
export function anyOf(...permissions: readonly Permission[]): Permission {
  const any: Permission = async (context) => {
    let refusal: Error | undefined;
    for (const permission of permissions) {
      try {
        const answer = await permission(context);
        if (answer === true) return true;
        refusal ??= answer === false ? undefined : new UserError(answer);
      } catch (error) {
        if (!(error instanceof UserError || error instanceof Refusal)) throw error;
        refusal ??= error;
      }
    }
    if (refusal === undefined) return false;
    throw refusal;
  };
  any.calls = permissions.flatMap(({ calls = [] }) => calls);
  return any;
}
