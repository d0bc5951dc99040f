/** Who is measured, and what of each. */
import type { ClientKind } from '../processes/messages.ts';

/** One client in one configuration. */
export interface Contender {
  name: string;
  /** What it is, for the legend under the table. */
  about: string;
  kind: ClientKind;
  /** Over how many processes its teams are spread. */
  processes: number;
  isBare: boolean;
  /** Notices a peer that is silent. */
  hasLivenessCheck: boolean;
  /** Measured only in full runs. */
  isExtra: boolean;
}

const usual = { processes: 1, isBare: false, hasLivenessCheck: true, isExtra: false } as const;

export const floor: Contender = {
  ...usual,
  name: 'floor',
  about: 'rtm.connect by fetch (100 at once) and a raw ws client, again at once after a close; no liveness check',
  kind: 'floor',
  hasLivenessCheck: false,
};

export const floorOfTwo: Contender = {
  ...floor,
  name: 'floor, 2 processes',
  about: 'the same with the teams spread over two processes: shows whether the simulator is the bottleneck',
  processes: 2,
  isExtra: true,
};

export const bareServer: Contender = {
  ...usual,
  name: 'ours, bare',
  about: 'slack-bot-server with limiter, jitter and timeline off; database on disk',
  kind: 'server',
  isBare: true,
};

export const server: Contender = {
  ...usual,
  name: 'ours',
  about: 'slack-bot-server at its defaults (50 connects per second); database on disk',
  kind: 'server',
};

export const rtmApi: Contender = {
  ...usual,
  name: '@slack/rtm-api',
  about: 'one RTMClient per team in one process, at its defaults',
  kind: 'rtm-api',
};

export const contenders: readonly Contender[] = [floor, bareServer, rtmApi, floorOfTwo, server];
