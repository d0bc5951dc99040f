/** The stage of the tour: a simulated Slack and a server whose clocks are moved together, and the narrator's voice. */
import type { LogRecord, SimulatorControl } from 'slack-simulator';
import { Browser } from './browser.ts';
import type { ServerProcess } from './server-process.ts';

/** A workspace of the story. */
export interface Workspace {
  id: string;
  name: string;
}

/** Time that passes between two looks while something is awaited, in milliseconds of both clocks. */
const STEP_MS = 250;
/** Real milliseconds that a wait takes at least before it fails. */
const PATIENCE_MS = 8_000;

/** A step did not happen as told. */
export class TourFailure extends Error {}

/** What the steps of the tour do things with. */
export class Stage {
  readonly slack: SimulatorControl;
  readonly server: ServerProcess;
  #passedMs = 0;
  #step = 0;

  constructor(slack: SimulatorControl, server: ServerProcess) {
    this.slack = slack;
    this.server = server;
  }

  /** Begins a step. */
  tell(what: string): void {
    this.#step++;
    console.log(`\n${String(this.#step).padStart(2)}. ${what}`);
  }

  /** A line of the simulator's own log that proves something. */
  prove(what: string, record?: LogRecord): void {
    console.log(`    ✓ ${what}${record ? `\n      Slack's log: ${describe(record)}` : ''}`);
  }

  note(what: string): void {
    console.log(`    ${what}`);
  }

  /** Ends the tour when something is not as told. */
  require(isTrue: boolean, what: string): asserts isTrue {
    if (!isTrue) throw new TourFailure(what);
  }

  /** Moves both clocks together. */
  async pass(ms: number, chunkMs = STEP_MS): Promise<void> {
    for (let left = ms; left > 0; left -= chunkMs) {
      const step = Math.min(left, chunkMs);
      await this.server.advance(step);
      await this.slack.advance(step);
      this.#passedMs += step;
    }
  }

  /** Moves both clocks by strides of a sleeping machine. */
  async strideThrough(ms: number, strideMs: number): Promise<void> {
    for (let left = ms; left > 0; left -= strideMs) {
      const stride = Math.min(left, strideMs);
      await this.server.leap(stride);
      await this.slack.advance(stride);
      this.#passedMs += stride;
    }
  }

  /** The time of both clocks. */
  async nowMs(): Promise<number> {
    return (await this.slack.clock()).nowMs;
  }

  /**
   * Lets time pass until the simulator's log shows a record that fits; at most `withinMs` of both clocks, and then none until
   * some real seconds are over, too: on a busy machine the moved time is over before the real work.
   */
  async until(
    what: string,
    fits: (record: LogRecord) => boolean,
    { after, withinMs = 60_000 }: { after: number; withinMs?: number },
  ): Promise<LogRecord> {
    const deadlineMs = this.#passedMs + withinMs;
    const realDeadlineMs = performance.now() + PATIENCE_MS;
    let seen = after;
    for (;;) {
      const records = await this.slack.log({ after: seen });
      const found = records.find(fits);
      if (found) return found;
      seen = records.at(-1)?.seq ?? seen;
      if (this.#passedMs < deadlineMs) await this.pass(STEP_MS);
      else {
        const isLeft = performance.now() < realDeadlineMs;
        this.require(isLeft, `Slack's log did not show ${what} within ${withinMs / 1_000} s`);
        await this.slack.log({ after: seen, waitMs: 50 });
      }
    }
  }

  /** Registers a workspace through the Slack button, in a fresh browser. Answers the page at the end. */
  async register(workspace: Workspace): Promise<string> {
    const browser = new Browser();
    const landing = await browser.open(this.server.url);
    const button = /href="([^"]*\/slack\/install[^"]*)"/.exec(landing.html)?.[1];
    this.require(button !== undefined, 'the landing page has a Slack button');
    const question = await browser.open(new URL(button, landing.url).href);
    const page = await browser.submit(question, { team: workspace.id, decision: 'allow' });
    this.require(page.status === 200, `the page after Allow says ${page.status}: ${titleOf(page.html)}`);
    return titleOf(page.html);
  }

  /** A person writes to the bot in a workspace; resolves with the bot's answer as Slack stored it. */
  async greet(workspace: Workspace): Promise<string> {
    const after = await this.slack.lastSeq();
    await this.slack.say({ team: workspace.id, to: 'bot', text: 'hi' });
    const posted = await this.until(
      `an answer in ${workspace.name}`,
      ({ kind, method, team, ok }) =>
        kind === 'request' && method === 'chat.postMessage' && team === workspace.id && ok === true,
      { after },
    );
    const last = (await this.slack.messages({ team: workspace.id, to: 'bot' })).at(-1);
    this.require(last?.isBot === true, `the last message in ${workspace.name} is the bot's`);
    this.prove(`${workspace.name}: "hi" → "${last.text}"`, posted);
    return last.text;
  }

  /** Every record in which a token was used after `seq`. */
  async usesOf(tokenId: string, after: number): Promise<LogRecord[]> {
    return (await this.slack.log({ after, tokenId, limit: 10_000 })).filter(
      ({ kind }) => kind === 'request' || kind === 'request_held',
    );
  }
}

function describe({ seq, kind, method, error, ok, code, by, team, frame }: LogRecord): string {
  const result = error ?? (ok === true ? 'ok' : undefined);
  const facts = [team, method ?? frame, result, code === undefined ? undefined : `code ${code}`, by && `by ${by}`];
  return `#${seq} ${kind} ${facts.filter((fact) => fact !== undefined).join(' ')}`;
}

function titleOf(html: string): string {
  return (/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? 'no headline').replace(/<[^>]+>/g, '').trim();
}
