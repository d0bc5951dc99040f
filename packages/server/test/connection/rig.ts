/** A supervisor, a scripted peer and a moved clock, joined; and what the supervisor told. */
import { expect } from 'vitest';
import type { ConnectionChange, Gap } from '../../src/connection/connection-observer.ts';
import { createRtmTransport } from '../../src/connection/rtm-transport.ts';
import { type ConnectionListener, Supervisor, type SupervisorOptions } from '../../src/connection/supervisor.ts';
import type { Frame } from '../../src/connection/transport.ts';
import { createSlackFetch } from '../../src/slack/slack-fetch.ts';
import { classify } from '../../src/slack/verdict.ts';
import { createCallSlack } from '../../src/slack/web-api.ts';
import { TestClock, type TestClockOptions } from '../../src/time/test-clock.ts';
import { ScriptedSlack } from './scripted-slack.ts';

export const connected = { generation: '1', mode: 'connected' } as const;
export const paused = { generation: '1', mode: 'paused' } as const;
/** The limiter hands out slots without a pace, so that no time has to be moved for the second team. */
export const unpaced = { limiter: { ratePerSecond: Number.POSITIVE_INFINITY } };

/** Lets sockets work, without moving time, until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const giveUpAtMs = performance.now() + 5_000;
  while (!isSo() && performance.now() < giveUpAtMs) await new Promise((resolve) => setImmediate(resolve));
  expect(isSo()).toBe(true);
}

/** Jitter is always half. */
export class Rig {
  readonly clock: TestClock;
  readonly slack: ScriptedSlack;
  readonly frames: { key: string; frame: Frame }[] = [];
  readonly changes: (ConnectionChange & { key: string })[] = [];
  readonly gaps: Gap[] = [];
  readonly problems: string[] = [];
  readonly reported: unknown[] = [];
  supervisor: Supervisor;

  private constructor(clock: TestClock, slack: ScriptedSlack) {
    this.clock = clock;
    this.slack = slack;
    this.supervisor = this.supervise();
  }

  static async start(options: TestClockOptions = {}): Promise<Rig> {
    const clock = new TestClock(undefined, options);
    return new Rig(clock, await ScriptedSlack.start(clock));
  }

  async stop(): Promise<void> {
    await this.supervisor.stop({ graceMs: 0 });
    await this.slack.stop();
  }

  /** Replaces the supervisor by one with other settings. */
  supervise(options: SupervisorOptions = {}, listener: Partial<ConnectionListener> = {}): Supervisor {
    const { clock, slack } = this;
    const gate = { lookup: () => ({ pass: true }) as const, report() {} };
    const slackFetch = createSlackFetch({ apiUrl: slack.apiUrl, clock, random: () => 0.5, ...gate });
    const callSlack = createCallSlack(slackFetch, slack.apiUrl);
    this.supervisor = new Supervisor({
      transport: createRtmTransport({
        call: (method, args, { key, signal }) => callSlack(method, { token: key, args, purpose: 'connect', signal }),
        classify: (code) => classify(code, 'connect'),
      }),
      clock,
      random: () => 0.5,
      listener: { ...this.#listener(), ...listener },
      reportError: (error) => void this.reported.push(error),
      ...options,
    });
    return this.supervisor;
  }

  kindOf(key: string): string | undefined {
    return this.supervisor.status(key)?.kind;
  }

  async connect(key: string): Promise<void> {
    this.supervisor.want(key, connected);
    await until(() => this.kindOf(key) === 'open');
  }

  #listener(): ConnectionListener {
    return {
      onFrame: (key, frame) => void this.frames.push({ key, frame }),
      onState: (key, change) => void this.changes.push({ key, ...change }),
      onOperatorProblem: (_key, code) => void this.problems.push(code),
      onGap: (_key, gap) => void this.gaps.push(gap),
    };
  }
}
