/** api.*: the method that only answers. */

import { refuse } from '../../wire/answer.ts';
import { text } from '../../wire/arguments.ts';
import { openMethod, type WebApiMethod } from '../method.ts';

export const apiMethods: readonly WebApiMethod[] = [
  openMethod({
    name: 'api.test',
    tier: 4,
    args: { error: text.optional() },
    run({ raw }, { error }) {
      const { token: _, ...args } = raw;
      if (error !== undefined) return refuse(error, { args });
      return { ok: true, args };
    },
  }),
];
