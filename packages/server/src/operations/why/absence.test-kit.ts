/** A message of the morning that never arrived, asked about at noon: builders for what is known of it. */
import type { FactDetails, FactKind } from '../../history/fact.ts';
import type { MemoryAnswer } from '../../history/question.ts';
import type { Installation, InstallationState } from '../../team/installation.ts';
import type { Absence } from './absence.ts';
import { NOT_ASKED, type SlackSays } from './ask-slack.ts';
import type { AskedProcess, KnownFact, TeamEvidence } from './evidence.ts';
import { tellAbsence } from './never-arrived.ts';

export const SENT_MS = Date.UTC(2026, 10, 18, 9, 0, 0);
export const NOW_MS = Date.UTC(2026, 10, 18, 12, 0, 0);

export const aProcess = (changes: Partial<AskedProcess> = {}, answer: Partial<MemoryAnswer> = {}): AskedProcess => {
  const reach = { remembers: 7, sinceMs: SENT_MS - 3_600_000 };
  const full = { node: 'n1', reach, facts: [], held: [], turnedAway: [], ofChannel: null, ...answer };
  return {
    node: 'n1',
    startedAtMs: SENT_MS - 3_600_000,
    transport: 'http',
    answer: full,
    reach: full.reach,
    ...changes,
  };
};

export const aTeam = (state: InstallationState, changes: Partial<TeamEvidence> = {}): TeamEvidence => {
  const installation = {
    key: 'T1',
    isEnterprise: false,
    state,
    createdAtMs: SENT_MS - 86_400_000,
    installedAtMs: SENT_MS - 86_400_000,
  } as Installation;
  const team = {
    teamId: 'T1',
    installationKey: 'T1',
    access: 'granted',
    noAccessSinceMs: null,
    name: null,
    domain: null,
    botUserId: null,
    botId: null,
  } as const;
  return { teamId: 'T1', view: { installation, teams: [team] }, timeline: [], connection: undefined, ...changes };
};

export const ACTIVE: InstallationState = { kind: 'active', doubt: { kind: 'none' } };

/** A workspace that its organization has not let the app into. */
export const aShutTeam = (noAccessSinceMs: number | null): TeamEvidence => {
  const evidence = aTeam(ACTIVE);
  for (const team of evidence.view?.teams ?? []) Object.assign(team, { access: 'revoked', noAccessSinceMs });
  return evidence;
};

export const MEMBER: SlackSays = {
  isMember: true,
  kind: 'channels',
  refused: undefined,
  verdict: undefined,
  scopes: ['chat:write', 'channels:history'],
};

export const aFact = (
  kind: FactKind,
  atMs: number,
  details: FactDetails = {},
  changes: Partial<KnownFact> = {},
): KnownFact => ({
  kind,
  atMs,
  node: 'n1',
  eventId: null,
  teamId: null,
  type: null,
  channel: null,
  ts: null,
  details,
  ...changes,
});

export const tell = (changes: Partial<Absence> = {}) =>
  tellAbsence({
    channel: 'C1',
    ts: '1.1',
    sentAtMs: SENT_MS,
    nowMs: NOW_MS,
    team: aTeam(ACTIVE),
    around: [],
    processes: [aProcess()],
    slack: NOT_ASKED,
    isAlone: false,
    transport: changes.processes?.[0]?.transport ?? 'http',
    ...changes,
  });
