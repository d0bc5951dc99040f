/**
 * What happened since a moment: what people did, and what apps answered, with the state of that moment. Bounded: a session that is
 * full takes nothing more until it begins anew.
 *
 *   begins ──▶ (done ──▶ answers)* ──▶ full
 */
import type { Interactions } from '../interactivity/interactions.ts';
import { seedOfWorld } from '../seed/seed-of-world.ts';
import type { Seed } from '../seed/seed-schema.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { Channel, Message, Team } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import { sessionCall } from './session-calls.ts';
import type { AnswerStep, DoneStep, SessionStep } from './session-step.ts';

/** Nobody reads a longer test. */
export const STEPS_KEPT = 2_000;
/** Files are in it as they were shared: so many bytes of what was done and answered. */
const BYTES_KEPT = 64 * 1_024 * 1_024;
/** The state of more workspaces is kept only when somebody asks for a session: it would cost every start. */
const TEAMS_BY_ITSELF = 50;

/** What was asked of `/_sim`. */
export interface AskedStep {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The session of one simulator. */
export class Session {
  readonly #world: World;
  readonly #interactions: Pick<Interactions, 'views'>;
  /** Installs that are under way here, which are steps already. */
  #installing = 0;
  #steps: SessionStep[] = [];
  #bytes = 0;
  #seed: Seed | undefined;
  #startedAtMs = 0;

  constructor(world: World, interactions: Pick<Interactions, 'views'>) {
    this.#world = world;
    this.#interactions = interactions;
    if (world.teams.size <= TEAMS_BY_ITSELF) this.begin();
    world.events.on((event) => this.#onFact(event));
  }

  /** Forgets what was, and keeps the state of now. */
  begin(): void {
    this.#seed = seedOfWorld(this.#world);
    this.#startedAtMs = this.#world.clock.now();
    this.#steps = [];
    this.#bytes = 0;
  }

  /** The state at the beginning; undefined: no session was begun. */
  get seed(): Seed | undefined {
    return this.#seed;
  }

  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  get steps(): readonly SessionStep[] {
    return this.#steps;
  }

  get isFull(): boolean {
    return this.#steps.length >= STEPS_KEPT || this.#bytes >= BYTES_KEPT;
  }

  /** Takes a request of `/_sim` before it is carried out. @returns what to call with its answer; undefined where it was refused. */
  take({ method, path, body }: AskedStep): ((answer: DoneStep['answer']) => void) | undefined {
    const call = sessionCall(method, path);
    // What is typed into a select asks the app, and changes nothing.
    if (!call || !this.#isOpen || textOf(body.kind).endsWith('options')) return undefined;
    const step: DoneStep = {
      kind: 'done',
      atMs: this.#now,
      ...call,
      body,
      answer: undefined,
      title: this.#title(body),
    };
    this.#steps.push(step);
    const size = lettersIn(body);
    this.#bytes += size;
    const installs = call.method === 'install' || call.method === 'fault' ? 1 : 0;
    this.#installing += installs;
    return (answer) => {
      this.#installing -= installs;
      if (answer) step.answer = answer;
      else if (this.#steps.includes(step)) {
        this.#steps = this.#steps.filter((one) => one !== step);
        this.#bytes -= size;
      }
    };
  }

  get #isOpen(): boolean {
    return this.#seed !== undefined && !this.isFull;
  }

  get #now(): number {
    return this.#world.clock.now();
  }

  /** Of the modal that somebody uses: the named one, or the newest of the person. */
  #title({ kind, viewId, team, user }: AskedStep['body']): string | undefined {
    const isOnView =
      kind === 'view_submit' || kind === 'view_close' || (kind === 'block_action' && viewId !== undefined);
    if (!isOnView) return undefined;
    const here = this.#world.findTeam(textOf(team));
    const isMeant = (one: { id: string; team: Team; userId: string }) =>
      viewId === undefined
        ? one.team === here && (one.userId === user || here?.users.get(one.userId)?.name === user)
        : one.id === viewId;
    const view = this.#interactions.views.list().findLast((one) => one.content.type === 'modal' && isMeant(one));
    return (view?.content.title as { text?: string } | undefined)?.text;
  }

  #onFact(event: DomainEvent): void {
    if (!this.#isOpen) return;
    if (event.type === 'app_installed') this.#install(event);
    else if (event.type === 'ephemeral_posted') this.#answer('ephemeral', event, event.userId);
    else if (event.type === 'message_posted' && isOfApp(event.message)) this.#answer('posted', event);
    else if (event.type === 'message_changed' && isOfApp(event.message)) this.#answer('changed', event);
    else if (event.type === 'message_deleted' && isOfApp(event.message)) this.#answer('deleted', event);
  }

  /** By Slack's pages: what is asked of `/_sim` is a step already, and an organization's access is one of its own. */
  #install({ team, app, installation }: Extract<DomainEvent, { type: 'app_installed' }>): void {
    if (this.#installing > 0 || installation.org) return;
    const user = team.users.get(installation.installerId)?.name;
    const body = { team: team.name, app: app.id, ...(user !== undefined && { user }) };
    this.#steps.push({ kind: 'done', atMs: this.#now, method: 'addToSlack', path: [], body, answer: {} });
  }

  #answer(
    how: AnswerStep['how'],
    { team, channel, message }: { team: Team; channel: Channel; message: Message },
    user?: string,
  ): void {
    const text = wordsOf(message);
    const known = this.#sinceDone(message.ts);
    if (known && how === 'changed') {
      // Of a stream the beginning is what is sure: how far it came is a matter of time.
      if (!message.stream) known.text = text;
      return;
    }
    this.#bytes += text.length;
    this.#steps.push({
      kind: 'answer',
      atMs: this.#now,
      how,
      team: team.id,
      channel: channel.id,
      ts: message.ts,
      user,
      text,
      isPart: message.stream !== undefined || message.text === '',
    });
  }

  /** What was said of that message after the last thing done: more of it is the same answer. */
  #sinceDone(ts: string): AnswerStep | undefined {
    for (let index = this.#steps.length - 1; index >= 0; index--) {
      const step = this.#steps[index];
      if (!step || step.kind === 'done') return undefined;
      if (step.ts === ts && step.how !== 'deleted') return step;
    }
    return undefined;
  }
}

/** What texts in it weigh; all else is small. */
function lettersIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return Object.values(Object(value) as object).reduce<number>((sum, one) => sum + lettersIn(one), 0);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What Slack writes about an app has a subtype of its own. */
function isOfApp({ botId, appId, subtype }: Message): boolean {
  return (botId !== undefined || appId !== undefined) && (subtype === undefined || subtype === 'bot_message');
}

/** Its text, or the first one in its blocks. */
function wordsOf({ text, blocks, attachments }: Message): string {
  return text || (/"text":"((?:[^"\\]|\\.)+)"/.exec(JSON.stringify([blocks, attachments]))?.[1] ?? '');
}
