/** Joins the judge with Slack and with what is stored: the token that a probe asks about, and what of its answer counts. */

import { probeToken } from '../installation/identify.ts';
import { keepDomain } from '../installation/keep-domain.ts';
import { Judge } from '../judge/judge.ts';
import type { JudgeDeps } from '../judge/judge-options.ts';
import type { Counters } from '../observability/metrics/counters.ts';
import type { ProbeAnswer } from '../slack/signal.ts';
import type { CallSlack } from '../slack/web-api.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import type { Storage } from './create-storage.ts';

export interface CreateJudgeDeps
  extends Pick<
    JudgeDeps,
    'owner' | 'draw' | 'passOn' | 'renew' | 'wake' | 'onIncident' | 'clock' | 'random' | 'log' | 'options'
  > {
  counters: Pick<Counters, 'probes' | 'verdicts'>;
  storage: Pick<Storage, 'installations'>;
  callSlack: CallSlack;
}

/** The judge of a server. */
export function createJudge({ storage, callSlack, counters, ...deps }: CreateJudgeDeps): Judge {
  const { installations } = storage;
  const counted = async (asked: Promise<ProbeAnswer>): Promise<ProbeAnswer> => {
    const answer = await asked;
    counters.probes.add(answer.kind === 'error' ? answer.code : answer.kind);
    return answer;
  };
  // Asked last of all: a process that hung between two steps must send nothing when it wakes up.
  const isOurs = (key: InstallationKey) => deps.owner.owns(key);
  return new Judge({
    ...deps,
    installations,
    probe: (view) =>
      isOurs(view.installation.key)
        ? counted(probe({ storage, callSlack, log: deps.log }, view))
        : Promise.resolve(notOurs),
    probePerson: ({ installationKey, token }) =>
      isOurs(installationKey) ? counted(probeToken(callSlack, token)) : Promise.resolve(notOurs),
    // "active (held)" is said in one word.
    onVerdict: (status, code) => counters.verdicts.add(/\((\w+)\)/.exec(status)?.[1] ?? status, code ?? 'none'),
  });
}

const notOurs: ProbeAnswer = { kind: 'unanswered', reason: 'not_owned', retryAfterMs: 0 };

async function probe(
  { storage, callSlack, log }: Pick<CreateJudgeDeps, 'storage' | 'callSlack' | 'log'>,
  view: InstallationView,
): Promise<ProbeAnswer> {
  const { key, isEnterprise } = view.installation;
  const credential = await storage.installations.botCredential(key);
  if (!credential) return { kind: 'unanswered', reason: 'no credential', retryAfterMs: 0 };
  const answer = await probeToken(callSlack, credential.token);
  await keepDomain({ installations: storage.installations, log }, view, answer);
  // Of an organization's token it can only be meant of a workspace: never of the whole installation.
  if (answer.kind !== 'error' || answer.code !== 'team_access_not_granted' || !isEnterprise) return answer;
  return { kind: 'unanswered', reason: answer.code, retryAfterMs: 0 };
}
