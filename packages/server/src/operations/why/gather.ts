/** Gathers what is known about an event or a message: rows, and what the processes remember. Says nothing of it. */
import type { FactKind, FactSubject } from '../../history/fact.ts';
import { factsAbout, factsWithin, lastSigns, oldestFactMs } from '../../history/fact-repository.ts';
import { AROUND_AFTER_MS, AROUND_BEFORE_MS, type MemoryQuestion } from '../../history/question.ts';
import type { InboxEntry } from '../../inbox/inbox.ts';
import { planOf } from '../../inbox/search/plan-repository.ts';
import { searchEvents } from '../../inbox/search/search-events.ts';
import { eventsOfTeam } from '../../inbox/search/team-events-repository.ts';
import { type EndedLease, listEndedLeases, withoutLease } from '../../ownership/cluster-repository.ts';
import { connectionsOf, selectLimits, selectProcesses } from '../../reports/report-repository.ts';
import type { InstallationView } from '../../team/installations.ts';
import { parseEventQuery } from '../events/event-query.ts';
import type { RunContext } from '../operation.ts';
import { askMemories } from './ask-memories.ts';
import type {
  AskedProcess,
  EventEvidence,
  KnownFact,
  KnownHeld,
  Reach,
  RunningServers,
  TeamEvidence,
} from './evidence.ts';
import type { Troubles } from './tell-troubles.ts';

/** Facts of one event or message; a message has a few events. */
const MOST_FACTS = 200;
/** Events of one message: itself, its edits, its reactions. */
const MOST_EVENTS = 20;
/** Methods of one installation that Slack limited lately. */
const MOST_LIMITS = 50;

export interface Gathered {
  events: readonly EventEvidence[];
  reach: Reach;
  /** What happened around that time to no event in particular. */
  around: readonly KnownFact[];
  processes: readonly AskedProcess[];
}

/** What is asked of rows beside the facts of the event itself. */
const AROUND: readonly FactKind[] = [
  'turned_away',
  'rate_limited',
  'refused',
  'unavailable',
  'deaf',
  'gap',
  'started',
  'stopped',
  'left_out',
];

export async function gather(
  context: RunContext,
  subject: FactSubject,
  around: MemoryQuestion['around'],
): Promise<Gathered> {
  const { reads } = context;
  const [rows, found, processes, oldestMs, near] = await Promise.all([
    factsAbout(reads, subject, MOST_FACTS),
    findEntries(context, subject),
    askMemories(context, { subject, around }),
    oldestFactMs(reads),
    around ? factsNear(context, around.atMs) : [],
  ]);
  const answers = processes.flatMap(({ answer }) => answer ?? []);
  const remembered = answers.flatMap(({ node, facts }) => facts.map((fact): KnownFact => ({ ...fact, node })));
  const held = answers.flatMap(({ node, held: all }) => all.map((one): KnownHeld => ({ ...one, node })));
  const facts = eachOnce([...remembered, ...rows]);
  const events = await evidenceOf(context, { facts: await withDiscards(context, facts), held, found });
  const turnedAway = answers.flatMap(({ node, turnedAway: all }) => all.map((fact): KnownFact => ({ ...fact, node })));
  const leftOut = near
    .filter(({ kind }) => kind === 'left_out')
    .reduce((sum, { details }) => sum + (details.count ?? 0), 0);
  const reach = { rowsSinceMs: oldestMs ?? null, leftOut, processes };
  return { events, reach, around: eachOnce([...near, ...turnedAway]), processes };
}

/** How the team and its connection are and were; undefined of one that is not known. */
export async function teamEvidence(
  { installations, reads }: Pick<RunContext, 'installations' | 'reads'>,
  teamId: string,
): Promise<TeamEvidence> {
  const view = await installations.findByTeam(teamId);
  if (!view) return { teamId, view, timeline: [], connection: undefined };
  const { key } = view.installation;
  const [timeline, connections] = await Promise.all([installations.timeline(key), connectionsOf(reads, [key])]);
  return { teamId, view, timeline, connection: connections.get(key) };
}

/** Of a team that is asked about: what serves it now. */
export async function runningServers({
  reads,
  clock,
  findServer,
}: Pick<RunContext, 'reads' | 'clock' | 'findServer'>): Promise<RunningServers> {
  const [server, told] = await Promise.all([findServer(), selectProcesses(reads, clock.now())]);
  return { isAny: server !== undefined, told };
}

/** What is not as it should be while it is there, or was not lately. */
export async function troublesOf(
  { reads }: Pick<RunContext, 'reads'>,
  teamId: string,
  { installation: { key, state } }: InstallationView,
): Promise<Troubles> {
  const [events, limits] = await Promise.all([
    eventsOfTeam(reads, teamId, key),
    selectLimits(reads, { key, pausedAtMs: undefined, after: undefined, limit: MOST_LIMITS }),
  ]);
  return { teamId, state, events, limits };
}

/** Waiting and failed events are found by their payload, which is there as long as they are; one that is done by its id alone. */
async function findEntries({ inbox, reads, clock }: RunContext, subject: FactSubject): Promise<InboxEntry[]> {
  if ('eventId' in subject) {
    const entry = await inbox.find(subject.eventId);
    return entry ? [entry] : [];
  }
  const { channel, ts } = subject;
  const link = `https://slack.com/archives/${channel}/p${ts.replace('.', '')}`;
  const query = parseEventQuery(link, { nowMs: clock.now(), showsTexts: false });
  return [...(await searchEvents(reads, { ...query, after: undefined, limit: MOST_EVENTS })).events];
}

/** A fact of one of its events may name no message: that it was given up. */
async function withDiscards({ reads }: RunContext, facts: readonly KnownFact[]): Promise<KnownFact[]> {
  const failed = new Set(
    facts.flatMap(({ kind, eventId }) => (kind === 'failed' && eventId !== null ? [eventId] : [])),
  );
  const more = await Promise.all([...failed].map((eventId) => factsAbout(reads, { eventId }, MOST_FACTS)));
  return eachOnce([...facts, ...more.flat()]);
}

async function evidenceOf(
  { inbox, reads, installations }: RunContext,
  known: { facts: readonly KnownFact[]; held: readonly KnownHeld[]; found: readonly InboxEntry[] },
): Promise<EventEvidence[]> {
  const ids = new Set([
    ...known.facts.flatMap(({ eventId, kind }) => (eventId === null || kind === 'turned_away' ? [] : [eventId])),
    ...known.held.map(({ eventId }) => eventId),
    ...known.found.map(({ eventId }) => eventId),
  ]);
  return await Promise.all(
    [...ids].slice(0, MOST_EVENTS).map(async (eventId) => {
      const facts = known.facts.filter((fact) => fact.eventId === eventId);
      const held = known.held.find((one) => one.eventId === eventId);
      const entry = known.found.find((one) => one.eventId === eventId) ?? (await inbox.find(eventId));
      const plan = entry && entry.state !== 'done' ? await planOf(reads, eventId) : undefined;
      const teamId = entry?.teamId ?? held?.teamId ?? facts.find((fact) => fact.teamId !== null)?.teamId ?? null;
      const team = teamId === null ? undefined : await installations.findByTeam(teamId);
      const isDropped = facts.some(({ kind }) => kind === 'dropped');
      const timeline = team && isDropped ? await installations.timeline(team.installation.key) : undefined;
      return { eventId, facts, held, entry, plan, team, teamId, timeline };
    }),
  );
}

async function factsNear({ store, reads, clock }: RunContext, atMs: number): Promise<KnownFact[]> {
  const [near, before, after, killed] = await Promise.all([
    factsWithin(reads, {
      kinds: AROUND,
      fromMs: atMs - AROUND_BEFORE_MS,
      toMs: atMs + AROUND_AFTER_MS,
      limit: MOST_FACTS,
    }),
    // Of servers it must be known how they were before, and when one ran again.
    factsWithin(reads, {
      kinds: ['started', 'stopped'],
      fromMs: 0,
      toMs: atMs - AROUND_BEFORE_MS - 1,
      // A server that dies at its start writes thousands in a night.
      limit: 1_000,
      keep: 'newest',
    }),
    factsWithin(reads, { kinds: ['started'], fromMs: atMs + AROUND_AFTER_MS + 1, toMs: clock.now(), limit: 1 }),
    listEndedLeases(store),
  ]);
  const told = [...before, ...near, ...after, ...killed.map(stoppedBy)];
  return [...told, ...(await vanishedOf({ store, reads }, told))];
}

/**
 * Servers that started, have no lease any more, and whose end nobody wrote down: an earlier version found their leases over, or the database
 * was restored. They count as stopped from the last that they wrote on.
 */
async function vanishedOf(
  { store, reads }: Pick<RunContext, 'store' | 'reads'>,
  told: readonly KnownFact[],
): Promise<KnownFact[]> {
  const stopped = new Set(told.filter(({ kind }) => kind === 'stopped').map(({ node }) => node));
  const open = told.filter(({ kind, node }) => kind === 'started' && !stopped.has(node)).map(({ node }) => node);
  const lost = await withoutLease(store, [...new Set(open)]);
  const signs = await lastSigns(reads, lost);
  return [...signs].map(([node, atMs]) => aStop(node, atMs, { reason: 'no_word' }));
}

/** As the next server will write it. */
function stoppedBy({ id, renewedAtMs, endedAtMs }: EndedLease): KnownFact {
  return aStop(id, renewedAtMs, { reason: 'lease_over', toMs: endedAtMs });
}

function aStop(node: string, atMs: number, details: KnownFact['details']): KnownFact {
  const nothing = { eventId: null, teamId: null, type: null, channel: null, ts: null };
  return { kind: 'stopped', atMs, node, ...nothing, details };
}

/** Memory and rows tell the same twice; two servers that start or stop at the same moment are two. */
function eachOnce(facts: readonly KnownFact[]): KnownFact[] {
  const byName = new Map<string, KnownFact>();
  for (const fact of facts) {
    const whose = fact.kind === 'started' || fact.kind === 'stopped' ? fact.node : fact.eventId;
    const name = `${fact.kind} ${whose} ${Math.round(fact.atMs)} ${fact.details.attempt ?? ''}`;
    if (!byName.has(name)) byName.set(name, fact);
  }
  return [...byName.values()].sort((a, b) => a.atMs - b.atMs);
}
