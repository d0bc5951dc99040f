/** A sealer for tests of rows: it hides nothing and proves what it is shown, so that rows can be read by eye. */
import type { TokenSealer } from './token-sealer.ts';

export const plainSealer: TokenSealer = {
  seal: (token) => Buffer.from(token),
  open: (sealed) => Buffer.from(sealed).toString(),
  bindTeam: ({ installationKey, teamId, access }) => Buffer.from(`${teamId} ${access} in ${installationKey}`),
  provesTeam: (binding, { installationKey, teamId, access }) =>
    Buffer.from(binding).toString() === `${teamId} ${access} in ${installationKey}`,
};
