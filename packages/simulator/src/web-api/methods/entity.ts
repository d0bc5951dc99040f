/** entity.presentDetails: what an app shows of an entity of a Work Object to the one who opened it. */

import { isObject } from '../../content/block-kit/rules.ts';
import { readDetails } from '../../content/entities.ts';
import type { EntityPane, PaneContent } from '../../interactivity/entity-panes.ts';
import { isRefusal, type Refusal, refuse, refuseArgument } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, jsonObject, text } from '../../wire/arguments.ts';
import type { Json } from '../../workspace/slack-shapes.ts';
import { tokenMethod, type WebApiMethod } from '../method.ts';
import { isValidIn } from '../org-calls.ts';

/** (https://docs.slack.dev/reference/methods/entity.presentDetails) */
const ERROR_STATUSES = [
  'restricted',
  'internal_error',
  'not_found',
  'custom',
  'custom_partial_view',
  'timeout',
  'edit_error',
];

const presentArguments = {
  trigger_id: text.required({ invalid: 'invalid_trigger_id' }),
  metadata: jsonObject.optional({ invalid: 'invalid_metadata' }),
  user_auth_required: flag.optional(),
  user_auth_url: text.optional(),
  error: jsonObject.optional(),
};

export const entityMethods: readonly WebApiMethod[] = [
  tokenMethod({
    name: 'entity.presentDetails',
    tier: 3,
    args: presentArguments,
    run({ app, token, services }, args) {
      // No code tells a late trigger from a wrong one, and none is for a second answer: an app may mend what it showed.
      const { triggers, panes } = services.interactions;
      const trigger = triggers.peek(args.trigger_id, app);
      if (typeof trigger === 'string' || !trigger.pane || !isValidIn(token, trigger.team))
        return refuse('invalid_trigger_id');
      const content = contentOf(args, trigger.pane);
      if (isRefusal(content)) return content;
      panes.show(trigger.pane, content);
      return { ok: true };
    },
  }),
];

/** What the pane is to show. To ask the person to sign in, or to say what went wrong, comes before what there is to see. */
function contentOf(args: ArgumentsOf<typeof presentArguments>, pane: EntityPane): PaneContent | Refusal {
  if (args.user_auth_required === true) {
    const { user_auth_url: userAuthUrl } = args;
    return userAuthUrl === undefined ? refuse('user_auth_url_missing') : { state: 'sign_in', userAuthUrl };
  }
  if (args.error) return errorRefusal(args.error) ?? { state: 'error', error: args.error };
  if (!args.metadata)
    return refuseArgument('invalid_arguments', 'one of metadata, user_auth_required and error is required');
  return metadataRefusal(args.metadata, pane) ?? { state: 'shown', metadata: args.metadata };
}

function errorRefusal({ status, actions }: Json): Refusal | undefined {
  if (typeof status !== 'string' || !ERROR_STATUSES.includes(status)) {
    return refuseArgument('invalid_arguments', `error.status must be one of ${ERROR_STATUSES.join(', ')}`);
  }
  const areActions = actions === undefined || (Array.isArray(actions) && actions.every(isObject));
  return areActions ? undefined : refuseArgument('invalid_arguments', 'error.actions must be a list of buttons');
}

function metadataRefusal(metadata: Json, { entity }: EntityPane): Refusal | undefined {
  const read = readDetails(metadata, '/metadata');
  if ('problems' in read) return refuse('invalid_metadata', { response_metadata: { messages: read.problems } });
  const id = read.entity.external_ref?.id;
  return id === undefined || id === entity.external_ref.id
    ? undefined
    : refuse('entity_metadata_does_not_match_trigger');
}
