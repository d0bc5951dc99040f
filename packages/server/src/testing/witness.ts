/**
 * Sees what the server does with a bot: which of its listeners and jobs ran, how they ended, and what the hooks were told. It stands
 * between the bot file and the server, and changes nothing of what either of them gets.
 */
import type { App } from '@slack/bolt';
import type { BotServer, Server } from '../bot-server.ts';
import { placeOfError } from '../dispatch/error-place.ts';
import { type BotServerError, messageOf } from '../errors.ts';
import type { BotServerEventName } from '../events.ts';

/** One run of a listener or a job. */
export interface Run {
  /** `message(hi)`, `action(approve)`; of a job its name. */
  what: string;
  /** Where in the code of the bot it was added: `bot.ts:4:7`. */
  place: string | null;
  /** Of a listener: the id of the event, or the trigger id of what a person did. */
  cause: string | undefined;
  teamId: string | undefined;
  state: 'running' | 'done' | 'failed';
  error?: unknown;
}

/** What a hook was told. */
export interface ToldHook {
  name: BotServerEventName;
  teamId: string | null;
  error?: BotServerError | undefined;
  /** With the error: what failed. */
  where?: string | undefined;
}

/** How many of each are remembered: those of long tests must not fill the memory. */
const MOST = 1_000;

/** What adds a listener as its last argument. */
const LISTENED = ['event', 'message', 'command', 'action', 'shortcut', 'view', 'options', 'function'] as const;

/** Hooks that are of interest when something did not come. */
const HOOKS = [
  'installed',
  'reinstalled',
  'deactivated',
  'suspended',
  'reactivated',
  'purged',
  'incident',
  'error',
] as const;

type Anything = (...args: unknown[]) => unknown;

export class Witness {
  readonly listeners: Run[] = [];
  readonly jobs: Run[] = [];
  readonly hooks: ToldHook[] = [];
  /** Whether the bot has an Assistant, whose listeners are hidden in it. */
  hasAssistant = false;

  /** From now on it sees what this bot adds. */
  watch({ bot, server }: BotServer): void {
    for (const method of LISTENED) this.#watchListeners(bot, method);
    this.#watchJobs(server);
    const addAssistant = bot.assistant.bind(bot);
    bot.assistant = (assistant) => {
      this.hasAssistant = true;
      return addAssistant(assistant);
    };
    for (const name of HOOKS) {
      server.on(name, (told: object) => {
        const { teamId = null, error, where } = told as Partial<ToldHook>;
        remember(this.hooks, { name, teamId, error, where });
      });
    }
  }

  #watchListeners(bot: App, method: (typeof LISTENED)[number]): void {
    const add = (bot[method] as Anything).bind(bot);
    const watched = (...args: unknown[]): unknown => {
      const place = placeOfError(new Error('the place of a listener'));
      const [last] = args.slice(-1);
      if (typeof last !== 'function') return add(...args);
      const what = `${method}(${args.length > 1 ? wordsOf(args[0]) : ''})`;
      const seen = (given: unknown): unknown => {
        const { body = {} } = given as { body?: Body };
        return this.#run({ what, place, ...factsOf(body) }, this.listeners, () => (last as Anything)(given));
      };
      return add(...args.slice(0, -1), seen);
    };
    (bot as unknown as Record<string, Anything>)[method] = watched;
  }

  #watchJobs(server: Server): void {
    let count = 0;
    for (const method of ['every', 'onceAndEvery', 'everyTeam'] as const) {
      const add = (server[method] as Anything).bind(server);
      const watched: Anything = (schedule, job, options): unknown => {
        const place = placeOfError(new Error('the place of a job'));
        count += 1;
        if (typeof job !== 'function') return add(schedule, job, options);
        const what = (options as { name?: string } | undefined)?.name ?? `job ${count}`;
        const seen = (context: { teamId?: string }): unknown =>
          this.#run({ what, place, cause: undefined, teamId: context.teamId }, this.jobs, () =>
            (job as Anything)(context),
          );
        return add(schedule, seen, options);
      };
      (server as unknown as Record<string, Anything>)[method] = watched;
    }
  }

  #run(facts: Omit<Run, 'state'>, runs: Run[], work: () => unknown): unknown {
    const run: Run = { ...facts, state: 'running' };
    remember(runs, run);
    const fail = (error: unknown) => Object.assign(run, { state: 'failed', error });
    try {
      const result = work();
      if (!(result instanceof Promise)) run.state = 'done';
      else result.then(() => Object.assign(run, { state: 'done' }), fail);
      return result;
    } catch (error) {
      fail(error);
      throw error;
    }
  }
}

/** What Slack's envelopes and payloads name themselves by. */
interface Body {
  event_id?: string;
  trigger_id?: string;
  team_id?: string;
  team?: { id?: string } | null;
}

function factsOf({
  event_id: eventId,
  trigger_id: triggerId,
  team_id: teamId,
  team,
}: Body): Pick<Run, 'cause' | 'teamId'> {
  return { cause: eventId ?? triggerId, teamId: teamId ?? team?.id };
}

function wordsOf(pattern: unknown): string {
  if (typeof pattern === 'string') return pattern;
  if (pattern instanceof RegExp) return String(pattern);
  return typeof pattern === 'object'
    ? JSON.stringify(pattern, (_key, value: unknown) => (value instanceof RegExp ? String(value) : value))
    : '';
}

/** A run in words. */
export function wordsOfRun({ what, place, state, error }: Run): string {
  const where = place === null ? '' : ` at ${place}`;
  if (state === 'running') return `${what}${where} has not ended`;
  if (state === 'done') return `${what}${where} ran`;
  const thrownAt = placeOfError(error);
  return `${what}${where} failed: ${messageOf(error)}${thrownAt === null ? '' : ` (${thrownAt})`}`;
}

function remember<One>(list: One[], one: One): void {
  list.push(one);
  if (list.length > MOST) list.shift();
}
