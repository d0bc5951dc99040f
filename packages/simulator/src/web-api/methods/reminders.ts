/** reminders.*: what people want to be told of later. Bots have none. */
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, text } from '../../wire/arguments.ts';
import type { Reminder } from '../../workspace/model.ts';
import { addReminder, completeReminder, deleteReminder, reminderShape } from '../../workspace/reminders.ts';
import { seconds } from '../../workspace/slack-shapes.ts';
import { SLACKBOT_ID } from '../../workspace/slackbot.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

/** A number below is a delay, above a time. (https://docs.slack.dev/reference/methods/reminders.add) */
const MAX_DELAY_SECONDS = 86_400;
const FIVE_YEARS_SECONDS = 5 * 366 * 86_400;
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};

const addArguments = {
  text: text.required({ empty: 'missing_argument' }),
  time: text.required({ empty: 'missing_argument', invalid: 'cannot_parse' }),
  user: text.optional({ invalid: 'user_not_found' }),
  team_id: text.optional(),
};
const which = {
  reminder: text.required({ empty: 'missing_argument', invalid: 'not_found' }),
  team_id: text.optional(),
};

const write = { tier: 2, tokens: ['user'], scopes: ['reminders:write'] } as const;
const read = { tier: 2, tokens: ['user'], scopes: ['reminders:read'] } as const;

export const reminderMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'reminders.add', ...write, args: addArguments, run: add }),
  teamMethod({
    name: 'reminders.complete',
    ...write,
    args: which,
    run(call, args) {
      const reminder = mine(call, args.reminder);
      if (isRefusal(reminder)) return reminder;
      if (reminder.atSeconds === undefined) return refuse('cannot_complete_recurring');
      completeReminder(call.world, reminder);
      return { ok: true };
    },
  }),
  teamMethod({
    name: 'reminders.delete',
    ...write,
    args: which,
    run(call, args) {
      const reminder = mine(call, args.reminder);
      if (isRefusal(reminder)) return reminder;
      deleteReminder(call.team, reminder);
      return { ok: true };
    },
  }),
  teamMethod({
    name: 'reminders.info',
    ...read,
    args: which,
    run(call, args) {
      const reminder = mine(call, args.reminder);
      return isRefusal(reminder) ? reminder : { ok: true, reminder: reminderShape(reminder) };
    },
  }),
  teamMethod({
    name: 'reminders.list',
    ...read,
    args: { team_id: text.optional() },
    run({ team, token }) {
      const own = [...team.reminders.values()].filter(({ userId }) => userId === token.userId);
      return { ok: true, reminders: own.map(reminderShape) };
    },
  }),
];

function add(call: TeamCall, args: ArgumentsOf<typeof addArguments>): Answer {
  const { world, team, token } = call;
  const refusal = args.user === undefined || args.user === token.userId ? undefined : refusalFor(call, args.user);
  if (refusal) return refusal;
  const atSeconds = timeOf(args.time, seconds(world.clock.now()));
  if (isRefusal(atSeconds)) return atSeconds;
  const reminder = addReminder(world, team, { userId: token.userId, text: args.text, atSeconds: atSeconds.at });
  return { ok: true, reminder: reminderShape(reminder) };
}

/** Since 2023 nobody reminds anybody else. */
function refusalFor({ team }: TeamCall, userId: string): Refusal {
  if (userId === SLACKBOT_ID) return refuse('cannot_add_slackbot');
  const user = team.users.get(userId);
  if (!user) return refuse('user_not_found');
  return refuse(user.botId === undefined ? 'cannot_add_others' : 'cannot_add_bot');
}

/** A number, or a few of Slack's phrases: "in 5 minutes", "tomorrow", "every Thursday" (which has no time here). */
function timeOf(asked: string, nowSeconds: number): { at: number | undefined } | Refusal {
  const words = asked.trim().toLowerCase();
  if (/^\d+$/.test(words)) {
    const number = Number(words);
    const at = number <= MAX_DELAY_SECONDS ? nowSeconds + number : number;
    return at >= nowSeconds && at <= nowSeconds + FIVE_YEARS_SECONDS ? { at } : refuse('cannot_parse');
  }
  if (words.startsWith('every ')) return { at: undefined };
  if (words === 'tomorrow') return { at: nowSeconds + 86_400 };
  const [, count, unit = ''] = /^in (\d{1,6}|an?) (second|minute|hour|day|week)s?$/.exec(words) ?? [];
  if (count === undefined) return refuse('cannot_parse');
  const at = nowSeconds + (count.startsWith('a') ? 1 : Number(count)) * (UNIT_SECONDS[unit] ?? 0);
  return at <= nowSeconds + FIVE_YEARS_SECONDS ? { at } : refuse('cannot_parse');
}

/** A reminder of somebody else is not there. */
function mine({ team, token }: TeamCall, id: string): Reminder | Refusal {
  const reminder = team.reminders.get(id);
  return reminder?.userId === token.userId ? reminder : refuse('not_found');
}
