/** What a bot file listens for: it is set up on a Bolt app that takes no requests, and what it registers is written down. */
import { App, type Receiver } from '@slack/bolt';
import type { BotServer } from '../bot-server.ts';
import { DECLARE_NEEDS, type DeclaredNeeds, type DeclaredSlashCommand } from '../commands/declared-needs.ts';

export interface BotDeclarations {
  /** Types of events, as in `bot.event('app_mention', …)`; those given as patterns are not known by name. */
  events: string[];
  /** It listens for messages: `bot.message(…)` or `bot.event('message', …)`. */
  messages: boolean;
  /** It listens to what people write to it alone: its commands, where nothing else was declared. */
  directMessages: boolean;
  /** With their slash. */
  commands: string[];
  /** Those of them that say what they are for (slack-bot-server/commands). */
  describedCommands: DeclaredSlashCommand[];
  /** Methods of the Web API that are called for the bot. */
  methods: string[];
  shortcuts: { callbackId: string; type: 'global' | 'message' }[];
  /** Callback ids of steps of workflows. */
  functions: string[];
  /** Something that a person clicks, submits or chooses from: the app needs a URL, or a socket, for interactivity. */
  interactive: boolean;
  /** It fills the menus of messages and modals. */
  options: boolean;
  /** It answers in the pane for assistants. */
  assistant: boolean;
}

/** Slack's names of the two kinds in what apps get. (https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload) */
const MESSAGE_SHORTCUT = 'message_action';

type Recorder = (declared: BotDeclarations, args: readonly unknown[]) => void;

const recorders: Readonly<Record<string, Recorder>> = {
  event(declared, [type]) {
    if (type === 'message') declared.messages = true;
    else if (typeof type === 'string') declared.events.push(type);
  },
  message(declared) {
    declared.messages = true;
  },
  command(declared, [name]) {
    if (typeof name === 'string') declared.commands.push(name);
  },
  shortcut(declared, [constraint]) {
    declared.interactive = true;
    const { callback_id: callbackId, type } = constraintOf(constraint);
    if (typeof callbackId !== 'string') return;
    declared.shortcuts.push({ callbackId, type: type === MESSAGE_SHORTCUT ? 'message' : 'global' });
  },
  action(declared) {
    declared.interactive = true;
  },
  view(declared) {
    declared.interactive = true;
  },
  options(declared) {
    declared.interactive = true;
    declared.options = true;
  },
  assistant(declared) {
    declared.assistant = true;
  },
  function(declared, [callbackId]) {
    declared.events.push('function_executed');
    if (typeof callbackId === 'string') declared.functions.push(callbackId);
  },
};

function constraintOf(constraint: unknown): { callback_id?: unknown; type?: unknown } {
  return typeof constraint === 'string' ? { callback_id: constraint } : ((constraint ?? {}) as object);
}

/**
 * Sets the bot up and tells what it registered, each once.
 * @throws what setting it up throws
 */
export async function declarationsOf(setUp: (context: BotServer) => unknown): Promise<BotDeclarations> {
  const declared: BotDeclarations = {
    events: [],
    messages: false,
    directMessages: false,
    commands: [],
    describedCommands: [],
    methods: [],
    shortcuts: [],
    functions: [],
    interactive: false,
    options: false,
    assistant: false,
  };
  await setUp({ bot: recording(new App({ authorize: refuse, receiver: deafReceiver }), declared), server: inert() });
  declared.events = Array.from(new Set(declared.events)).toSorted();
  declared.functions = Array.from(new Set(declared.functions)).toSorted();
  declared.commands = Array.from(new Set(declared.commands)).toSorted();
  return declared;
}

function recording(bot: App, declared: BotDeclarations): App {
  return new Proxy(bot, {
    get(target, name, receiver) {
      if (name === DECLARE_NEEDS) return (needs: DeclaredNeeds) => addNeeds(declared, needs);
      const member: unknown = Reflect.get(target, name, receiver);
      const record = typeof name === 'string' && Object.hasOwn(recorders, name) ? recorders[name] : undefined;
      if (!record || typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        record(declared, args);
        // Bolt checks them as it does in the server.
        return member.apply(target, args);
      };
    },
  });
}

/** Commands say what they need: what they register would say more than that, an event for each way in which they can be heard. */
function addNeeds(declared: BotDeclarations, { events, messages, methods, slashCommands }: DeclaredNeeds): void {
  declared.events.push(...events);
  if (messages === 'all') declared.messages = true;
  declared.directMessages = true;
  declared.methods.push(...methods);
  declared.describedCommands.push(...slashCommands);
  declared.commands.push(...slashCommands.map(({ command }) => command));
}

const deafReceiver: Receiver = { init() {}, start: async () => {}, stop: async () => {} };

function refuse(): Promise<never> {
  return Promise.reject(new Error('This app takes no requests'));
}

/** Answers every call with itself: jobs, hooks and routes of the bot do not run here. */
function inert(): BotServer['server'] {
  const anything: unknown = new Proxy(() => {}, {
    get: (_target, name) => (name === 'then' ? undefined : anything),
    apply: () => anything,
  });
  return anything as BotServer['server'];
}
