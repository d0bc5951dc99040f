/** views.*: opens, pushes, changes and publishes modals and home tabs. */
import type { Interactions } from '../../interactivity/interactions.ts';
import type { TriggerFacts } from '../../interactivity/triggers.ts';
import { type View, type ViewContent, viewShape } from '../../interactivity/view.ts';
import { MAX_VIEW_BYTES, readView } from '../../interactivity/view-content.ts';
import { type Answer, isRefusal, type Refusal, refuse, refuseArgument } from '../../wire/answer.ts';
import { jsonObject, text } from '../../wire/arguments.ts';
import type { Json } from '../../workspace/slack-shapes.ts';
import { type TeamCall, type TokenCall, teamMethod, tokenMethod, type WebApiMethod } from '../method.ts';
import { isValidIn } from '../org-calls.ts';

const triggerArguments = {
  view: jsonObject.required(),
  trigger_id: text.optional(),
  interactivity_pointer: text.optional(),
};

export const viewMethods: readonly WebApiMethod[] = [
  tokenMethod({
    name: 'views.open',
    tier: 4,
    args: triggerArguments,
    run: (call, args) =>
      withTrigger(call, args, (trigger, content) =>
        shown(interactionsOf(call).views.open({ ...trigger, functionRunId: call.token.functionRunId }, content)),
      ),
  }),
  tokenMethod({
    name: 'views.push',
    tier: 4,
    args: triggerArguments,
    run: (call, args) =>
      withTrigger(call, args, (trigger, content) => {
        const { views } = interactionsOf(call);
        const below = trigger.viewId === undefined ? undefined : views.find(call.app, { id: trigger.viewId });
        if (!below) return refuse('not_found');
        const view = views.push(below, content);
        return view ? shown(view) : refuse('push_limit_reached');
      }),
  }),
  tokenMethod({
    name: 'views.update',
    tier: 4,
    args: {
      view: jsonObject.required(),
      view_id: text.optional(),
      external_id: text.optional(),
      hash: text.optional(),
    },
    run(call, args) {
      if (args.view_id === undefined && args.external_id === undefined) {
        return refuseArgument('invalid_arguments', 'missing required field: view_id');
      }
      const { views } = interactionsOf(call);
      const teamId = call.token.team?.id;
      const by = { id: args.view_id, externalId: args.external_id, ...(teamId !== undefined && { teamId }) };
      const view = views.find(call.app, by);
      if (!view || !isValidIn(call.token, view.team)) return updateRefusal(args.view);
      const content = contentOf(call, args.view, { type: view.content.type, instead: view });
      if (isRefusal(content)) return content;
      if (args.hash !== undefined && args.hash !== view.hash) return refuse('hash_conflict');
      views.update(view, content);
      return shown(view);
    },
  }),
  teamMethod({
    name: 'views.publish',
    tier: 4,
    tokens: ['bot'],
    args: {
      view: jsonObject.required(),
      user_id: text.required(),
      hash: text.optional(),
      interactivity_pointer: text.optional(),
    },
    run(call, args) {
      const { views } = interactionsOf(call);
      const user = call.team.users.get(args.user_id);
      if (!user) return refuseArgument('invalid_arguments', `user_id must be a valid user: ${args.user_id}`);
      const owner = { app: call.app, team: call.team, userId: user.id };
      const known = views.homeOf(owner);
      const content = contentOf(call, args.view, { type: 'home', instead: known });
      if (isRefusal(content)) return content;
      if (args.hash !== undefined && args.hash !== known?.hash) return refuse('hash_conflict');
      return shown(views.publish(owner, content));
    },
  }),
];

/** Reads the view first: a view that Slack would not take leaves the trigger good. */
function withTrigger(
  call: TokenCall,
  args: { view: Json; trigger_id: string | undefined; interactivity_pointer: string | undefined },
  run: (trigger: TriggerFacts, content: ViewContent) => Answer,
): Answer {
  const id = args.trigger_id ?? args.interactivity_pointer;
  if (id === undefined) return refuseArgument('invalid_arguments', 'missing required field: trigger_id');
  const content = contentOf(call, args.view, { type: 'modal', instead: undefined });
  if (isRefusal(content)) return content;
  const trigger = interactionsOf(call).triggers.exchange(id, call.app);
  if (typeof trigger === 'string') return refuse(trigger);
  return isValidIn(call.token, trigger.team) ? run(trigger, content) : refuse('invalid_trigger_id');
}

function contentOf(
  call: TokenCall | TeamCall,
  raw: Json,
  { type, instead }: { type: ViewContent['type']; instead: View | undefined },
): ViewContent | Refusal {
  if (Buffer.byteLength(JSON.stringify(raw)) > MAX_VIEW_BYTES) return refuse('view_too_large');
  const read = readView(raw, type, () => call.world.ids.secret(5));
  if ('problems' in read) return wrongView(read.problems);
  const { external_id: externalId } = read.content;
  const teamId = call.token.team?.id;
  const by = { externalId, ...(teamId !== undefined && { teamId }) };
  const other = externalId === '' ? undefined : interactionsOf(call).views.find(call.app, by);
  return other && other !== instead ? refuse('duplicate_external_id') : read.content;
}

/** What is no view is said before that there is none to update. (java-slack-sdk, views_Test update) */
function updateRefusal(raw: Json): Refusal {
  const read = readView(raw, raw.type === 'home' ? 'home' : 'modal', () => '');
  return 'problems' in read ? wrongView(read.problems) : refuse('not_found');
}

function wrongView(messages: readonly string[]): Refusal {
  return refuse('invalid_arguments', { response_metadata: { messages } });
}

function interactionsOf({ services }: TokenCall): Interactions {
  return services.interactions;
}

/** What was entered comes with what the person does; answers have an empty state. (https://docs.slack.dev/reference/methods/views.open) */
function shown(view: View): Answer {
  return { ok: true, view: { ...viewShape(view), state: { values: {} } } };
}
