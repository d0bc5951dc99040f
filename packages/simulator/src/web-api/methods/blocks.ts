/** blocks.validate: whether blocks would be taken. */

import { blockProblems, type Surface } from '../../content/block-kit/blocks.ts';
import { isObject } from '../../content/block-kit/rules.ts';
import { refuse } from '../../wire/answer.ts';
import { jsonArray, jsonObject } from '../../wire/arguments.ts';
import { teamMethod, type WebApiMethod } from '../method.ts';

export const blockMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'blocks.validate',
    tier: 3,
    args: {
      blocks: jsonArray.optional({ invalid: 'invalid_blocks' }),
      message: jsonObject.optional({ invalid: 'invalid_message' }),
      view: jsonObject.optional({ invalid: 'invalid_view' }),
    },
    run(_call, { blocks, message, view }) {
      const holder = view ?? message ?? (blocks && { blocks });
      if (!isObject(holder)) return refuse('invalid_arguments');
      if (!Array.isArray(holder.blocks)) return refuse(view ? 'invalid_view' : 'invalid_message');
      const problems = blockProblems(holder.blocks, view ? surfaceOf(view.type) : 'message');
      return problems.length === 0
        ? { ok: true }
        : refuse('invalid_blocks', { response_metadata: { messages: problems } });
    },
  }),
];

function surfaceOf(type: unknown): Surface {
  return type === 'home' ? 'home' : 'modal';
}
