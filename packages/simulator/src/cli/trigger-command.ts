/** `slack-simulator trigger`: a person uses an app. One subcommand for each thing that a person can do. */
import { type Command, Option } from 'commander';
import { SimulatorError } from '../errors.ts';
import type { ActionInfo } from '../interactivity/action-info.ts';
import { type ActionRequest, actionBody } from '../interactivity/action-schemas.ts';
import {
  type CliProcess,
  controlOf,
  nameValue,
  print,
  type RemoteOptions,
  said,
  teamFor,
  withRemote,
} from './command-io.ts';
import { fieldProblems } from './field-problems.ts';
import { addPersonAct } from './person-act-command.ts';

interface ActorOptions extends RemoteOptions {
  team?: string;
  user?: string;
  app?: string;
  channel?: string;
  toBot?: boolean;
  ts?: string;
  viewId?: string;
  value?: string;
  set?: Record<string, unknown>;
  cleared?: boolean;
  entity?: string;
  tab?: string;
}

type Fields = Record<string, unknown>;

type Act = (fields: Fields, options: ActorOptions) => Promise<void>;

export function addTrigger(trigger: Command, io: CliProcess): void {
  const add = (name: string, description: string) => withActor(trigger.command(name).description(description));
  addPersonAct(trigger, io);
  const act: Act = (fields, options) => perform(fields, options, io);

  withPlace(add('slash', 'a person types a slash command'))
    .argument('<command>', 'with its slash')
    .argument('[text...]')
    .action((command: string, words: string[], options: ActorOptions) =>
      act({ kind: 'slash', command, text: words.join(' ') }, { ...options, channel: channelOf(options) }),
    );
  withElement(add('block_action', 'a person uses a button, a select or another element of a message or view'))
    .argument('<action_id>', 'or block_id/action_id')
    .action((actionId: string, options: ActorOptions) => act({ kind: 'block_action', actionId }, options));
  withElement(add('options', 'a person types into a select whose options the app gives'))
    .argument('<action_id>', 'or block_id/action_id')
    .action((actionId: string, options: ActorOptions) => act({ kind: 'options', actionId }, options));
  withAttachment(
    add('attachment_action', 'a person presses a button of an attachment, or chooses in its menu'),
    (name, options) => act({ kind: 'attachment_action', name }, { ...options, channel: channelOf(options) }),
  );
  withAttachment(add('attachment_options', 'a person types into a menu of an attachment'), (name, options) =>
    act({ kind: 'attachment_options', name }, { ...options, channel: channelOf(options) }),
  );
  addDialogActs(add, act);
  withView(add('view_submit', 'a person submits a modal'))
    .option('--set <action_id=value>', 'what is entered; may be repeated', nameValue)
    .action(({ set: values, ...options }: ActorOptions) => act({ kind: 'view_submit', ...said({ values }) }, options));
  withView(add('view_close', 'a person closes a modal'))
    .option('--cleared', 'with the cross, which closes the whole stack', false)
    .action(({ cleared, ...options }: ActorOptions) => act({ kind: 'view_close', isCleared: cleared }, options));
  add('shortcut', 'a person runs a global shortcut')
    .argument('<callback_id>')
    .action((callbackId: string, options: ActorOptions) => act({ kind: 'shortcut', callbackId }, options));
  withPlace(add('message_action', 'a person runs a shortcut on a message'))
    .argument('<callback_id>')
    .option('--ts <ts>', 'of the message (default: the newest one)')
    .action((callbackId: string, options: ActorOptions) =>
      act({ kind: 'message_action', callbackId }, { ...options, channel: channelOf(options) }),
    );
  add('open_home', 'a person opens the home of an app')
    .addOption(new Option('--tab <tab>', 'which tab').choices(['home', 'messages']).default('home'))
    .action(({ tab, ...options }: ActorOptions) => act({ kind: 'open_home', tab }, options));
  withPlace(add('open_entity', 'a person opens an entity of a Work Object under a message'))
    .option('--ts <ts>', 'of the message (default: the newest one with such an entity)')
    .option('--entity <url>', 'which one (default: the first one of the app)')
    .action(({ entity, ...options }: ActorOptions) =>
      act({ kind: 'open_entity', ...said({ url: entity }) }, { ...options, channel: channelOf(options) }),
    );
}

function addDialogActs(add: (name: string, description: string) => Command, act: Act): void {
  add('dialog_submit', 'a person submits a dialog')
    .option('--set <name=value>', 'what is entered; may be repeated', nameValue)
    .action(({ set: values, ...options }: ActorOptions) =>
      act({ kind: 'dialog_submit', ...said({ values }) }, options),
    );
  add('dialog_cancel', 'a person cancels a dialog').action((options: ActorOptions) =>
    act({ kind: 'dialog_cancel' }, options),
  );
  add('dialog_options', 'a person types into a select of a dialog')
    .argument('<name>')
    .option('--value <value>', 'what is typed')
    .action((name: string, options: ActorOptions) => act({ kind: 'dialog_options', name }, options));
}

function withActor(command: Command): Command {
  return withRemote(command)
    .option('-t, --team <team>', 'id, domain or name of the workspace (default: the first one)')
    .option('-u, --user <user>', 'who acts, by id or name (default: the first person)')
    .option('--app <id>', 'which app (default: the first one)');
}

function withPlace(command: Command): Command {
  return command
    .option('-c, --channel <channel>', 'id or name (default: general)')
    .option('--to-bot', 'in the direct message with the bot', false);
}

function withView(command: Command): Command {
  return command.option('--view-id <id>', 'which view (default: the newest one of the person)');
}

function withElement(command: Command): Command {
  return withView(command)
    .option(
      '-c, --channel <channel>',
      'where the message is, by id or name (default: wherever the person sees the element)',
    )
    .option('--to-bot', 'in the direct message with the bot', false)
    .option('--ts <ts>', 'of the message (default: the newest one with that element)')
    .option('--value <value>', 'what is chosen or entered');
}

function withAttachment(command: Command, run: (name: string, options: ActorOptions) => Promise<void>): void {
  withPlace(command)
    .argument('<name>', 'of the button or menu')
    .option('--ts <ts>', 'of the message (default: the newest one with that action)')
    .option('--value <value>', 'what is chosen; of buttons with the same name, which one')
    .action(run);
}

function channelOf({ channel, toBot }: ActorOptions): string {
  return toBot ? '' : (channel ?? 'general');
}

async function perform(fields: Fields, options: ActorOptions, io: CliProcess): Promise<void> {
  const control = controlOf(options);
  const team = await teamFor(control, options.team);
  const { user, app, ts, value, viewId } = options;
  const channel = options.channel === '' ? undefined : options.channel;
  const to = options.toBot ? 'bot' : undefined;
  const request = { ...fields, team: team.id, ...said({ user, app, channel, to, ts, value, viewId }) };
  const info = await control.act(checked(request));
  print(io, options, info, outcome(info));
  if (!info.acked) throw new SimulatorError('not_acked', `The app did not ack (${info.failure ?? 'nothing was sent'})`);
}

/** @throws SimulatorError `usage` */
function checked(request: Fields): ActionRequest {
  const result = actionBody.safeParse(request);
  if (result.success) return request as ActionRequest;
  throw new SimulatorError('usage', fieldProblems(result.error, request));
}

function outcome(info: ActionInfo): string[] {
  const { delivery, acked, failure, message, views, errors, problems, options, optionGroups } = info;
  const facts = {
    delivery,
    message: message?.text,
    views: views?.map(({ id }) => id).join(' '),
    errors: errors && JSON.stringify(errors),
    problems: problems?.join('; '),
    options: options === undefined ? undefined : JSON.stringify(options),
    optionGroups: optionGroups === undefined ? undefined : JSON.stringify(optionGroups),
  };
  const lines = Object.entries(facts).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  return [acked ? '✓ acked' : `✕ ${failure ?? 'not acked'}`, ...lines];
}
