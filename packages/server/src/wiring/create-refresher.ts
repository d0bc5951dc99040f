/** Joins the refresher with Slack, the store and the judge. */
import type { Config } from '../config/config.ts';
import { probeToken } from '../installation/identify.ts';
import { Refresher } from '../installation/refresher.ts';
import type { RefresherDeps, RefresherOptions } from '../installation/refresher-options.ts';
import type { CallSlack, SlackAnswer } from '../slack/web-api.ts';
import { createPairStore } from '../team/refresh-repository.ts';
import type { Storage } from './create-storage.ts';

export interface CreateRefresherDeps
  extends Pick<
    RefresherDeps,
    | 'owner'
    | 'draw'
    | 'report'
    | 'onProblem'
    | 'wake'
    | 'onReleased'
    | 'onOutcome'
    | 'verdicts'
    | 'clock'
    | 'random'
    | 'log'
  > {
  config: Pick<Config, 'slackClientId' | 'slackClientSecret'>;
  storage: Pick<Storage, 'store' | 'vault'>;
  callSlack: CallSlack;
  options?: RefresherOptions;
}

/** The refresher of a server. */
export function createRefresher({ config, storage, callSlack, ...deps }: CreateRefresherDeps): Refresher {
  const { slackClientId: id, slackClientSecret: secret } = config;
  return new Refresher({
    ...deps,
    pairs: createPairStore(storage),
    probe: (token) => probeToken(callSlack, token),
    refresh: (refreshToken, key) => {
      // Asked last of all: a process that hung between two steps must send nothing when it wakes up.
      if (!deps.owner.owns(key)) return Promise.resolve(notOurs);
      if (id === undefined || secret === undefined) return Promise.resolve(noClient);
      const args = { grant_type: 'refresh_token', refresh_token: refreshToken };
      return callSlack('oauth.v2.access', { purpose: 'connect', basic: { id, secret }, args });
    },
  });
}

const notOurs: SlackAnswer = { kind: 'refused', reason: 'not_owned' };

/** Not set: the operator's to correct, like a wrong one. */
const noClient: SlackAnswer = { kind: 'error', code: 'invalid_client_id', body: {} };
