/** dialog.open: the forms of apps that are older than modals. */
import { readDialog } from '../../interactivity/dialog-content.ts';
import { refuse } from '../../wire/answer.ts';
import { jsonObject, text } from '../../wire/arguments.ts';
import { teamMethod, type WebApiMethod } from '../method.ts';

/** dialog.open has its own names for what is wrong with a trigger. (https://docs.slack.dev/reference/methods/dialog.open) */
const triggerErrors = {
  invalid_trigger_id: 'invalid_trigger',
  expired_trigger_id: 'trigger_expired',
  exchanged_trigger_id: 'trigger_exchanged',
} as const;

export const dialogMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'dialog.open',
    tier: 4,
    args: {
      dialog: jsonObject.required({ empty: 'missing_dialog', invalid: 'validation_errors' }),
      trigger_id: text.required({ empty: 'missing_trigger', invalid: 'invalid_trigger' }),
    },
    run({ app, team, services }, args) {
      const { triggers, dialogs } = services.interactions;
      if (!app.isSocketModeOn && (app.interactivityUrl ?? app.requestUrl) === undefined) {
        return refuse('app_missing_action_url');
      }
      const read = readDialog(args.dialog);
      if ('problems' in read) return refuse('validation_errors', { response_metadata: { messages: read.problems } });
      const trigger = triggers.exchange(args.trigger_id, app);
      if (typeof trigger === 'string') return refuse(triggerErrors[trigger]);
      if (trigger.team !== team) return refuse('invalid_trigger');
      dialogs.open({ app, team, userId: trigger.userId, channel: trigger.channel, content: read.content });
      return { ok: true };
    },
  }),
];
