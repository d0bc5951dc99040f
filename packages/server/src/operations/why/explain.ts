/** Why a message has no answer, what became of an event, or how a team is: in sentences, with how sure they are and what was looked at. */
import { z } from 'zod';
import { readablePayload } from '../events/event-payload.ts';
import { isoTime, teamId, time } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { askSlack, NOT_ASKED } from './ask-slack.ts';
import { type AskedProcess, type Check, type Outcome, outcomes, type Reach, type Sentence } from './evidence.ts';
import { teamOfLink } from './find-team-of.ts';
import { type Gathered, gather, runningServers, teamEvidence, troublesOf } from './gather.ts';
import { tellAbsence } from './never-arrived.ts';
import { requireTeamId, type Subject, subjectOf } from './subject.ts';
import { type EventStory, tellEvent } from './tell-event.ts';
import { type TeamWords, tellTeam } from './tell-team.ts';
import { tellTroubles } from './tell-troubles.ts';
import { eventTrace, traceOf } from './trace-event.ts';

/** As long as a link may be; Slack's have some hundred characters. */
const MAX_ABOUT = 2_000;

const certainty = z
  .enum(['proved', 'likely', 'unknown'])
  .describe('likely: it cannot be proved, and `checks` has what was looked at.');

const output = z.object({
  subject: z.enum(['message', 'event', 'team']),
  outcome: z
    .enum(outcomes)
    .describe('In a word; `team` when a team is asked about, `unknown` when that is not known here.'),
  answer: z.string().describe('In one sentence.'),
  certainty,
  advice: z.string().nullable().describe('What helps, where something does.'),
  teamId: z.string().nullable(),
  sentences: z
    .array(z.object({ text: z.string(), certainty, at: time.nullable() }))
    .describe('The whole story, the oldest first.'),
  events: z
    .array(eventTrace.extend({ eventId: z.string(), outcome: z.enum(outcomes) }))
    .describe(
      'A message may be several events: itself, a mention, its edits. With their times, as far as they are remembered.',
    ),
  text: z
    .string()
    .nullable()
    .describe('What was written, as long as it is kept; null unless ADMIN_SHOW_TEXTS is true, for who may operate.'),
  checks: z
    .array(z.object({ check: z.string(), result: z.string() }))
    .describe('What was looked at beside the events.'),
  seesBack: z
    .object({
      rowsSince: time.nullable().describe('Failures, drops and repeats have rows; null: none was written yet.'),
      leftOut: z.int().describe('Of them, so many around that time were too many to be written.'),
      processes: z.array(
        z.object({
          node: z.string(),
          answered: z.boolean().describe('false: it did not answer in time, and what it remembers is not in here.'),
          remembers: z.int().describe('Events that it remembers.'),
          since: time.nullable().describe('Since when it forgot none.'),
        }),
      ),
    })
    .describe('How far back this can be said at all.'),
});

type Answer = z.output<typeof output>;

export const explain = defineOperation({
  name: 'why.explain',
  path: 'why',
  role: 'read',
  summary: 'why a message has no answer, what became of an event, or what state a team is in',
  input: z.strictObject({
    about: z
      .string('must be a string')
      .trim()
      .min(1, 'must not be empty')
      .max(MAX_ABOUT, `must have at most ${MAX_ABOUT} characters`)
      .describe('A link to a message, the id of an event (Ev…) or of a team (T…, E…).'),
    teamId: teamId.optional().describe('The team of the link, where its address does not name it.'),
    askSlack: z
      .boolean('must be true or false')
      .default(true)
      .describe(
        'Whether Slack is asked about the conversation and the scopes, with the token of the team, when nothing came.',
      ),
  }),
  output,
  errors: [],
  async run(context, { about, teamId: asked, askSlack: maySlack }) {
    const subject = subjectOf(about, { nowMs: context.clock.now(), slackApiUrl: context.slackApiUrl });
    if (subject.kind === 'team') return await explainTeam(context, subject.teamId);
    return await explainEvents(context, subject, { asked, maySlack });
  },
});

async function explainTeam(context: RunContext, id: string): Promise<Answer> {
  const nowMs = context.clock.now();
  const [evidence, servers] = await Promise.all([teamEvidence(context, id), runningServers(context)]);
  if (!evidence.view) return unknownTeam(id, tellTeam(evidence, nowMs));
  const { sentence, sinceMs, advice } = tellTeam({ ...evidence, servers }, nowMs);
  const story = { text: sentence, certainty: 'proved' as const, atMs: sinceMs };
  const troubles = tellTroubles(await troublesOf(context, id, evidence.view), nowMs);
  return {
    ...answerOf('team', { outcome: 'team', main: story, sentences: [story, ...troubles] }),
    advice,
    teamId: id,
  };
}

/** @throws BotServerError `invalid_input` for a word that is the id of nothing */
function unknownTeam(id: string, { sentence, advice }: TeamWords): Answer {
  requireTeamId(id);
  const main: Sentence = { text: sentence, certainty: 'proved', atMs: null };
  return { ...answerOf('team', { outcome: 'unknown', main, sentences: [main] }), advice, teamId: id };
}

async function explainEvents(
  context: RunContext,
  subject: Exclude<Subject, { kind: 'team' }>,
  { asked, maySlack }: { asked: string | undefined; maySlack: boolean },
): Promise<Answer> {
  const nowMs = context.clock.now();
  const around = subject.kind === 'message' ? { atMs: subject.sentAtMs, channel: subject.link.channel } : null;
  const of = subject.kind === 'message' ? subject.link : subject;
  const found = await gather(context, 'eventId' in of ? of : { channel: of.channel, ts: of.ts }, around);
  const stories = found.events.map((evidence) => tellEvent(evidence, nowMs));
  const main = mainOf(stories, found);
  if (main) {
    const sentences = stories.flatMap((story) => story.sentences).sort(byTime);
    const told = { outcome: main.outcome, main: main.main, sentences };
    const owner = found.events.find(({ eventId }) => eventId === main.eventId)?.teamId ?? null;
    const events = found.events.map((evidence, index) => ({
      eventId: evidence.eventId,
      outcome: stories[index]?.outcome ?? ('unknown' as const),
      ...traceOf(evidence),
    }));
    const text = await textOf(context, found);
    const advice = main.advice ?? null;
    return { ...answerOf(subject.kind, told, { reach: found.reach }), advice, teamId: owner, events, text };
  }
  if (subject.kind === 'event') return answerOf('event', unknownEvent(subject.eventId), { reach: found.reach });
  const { teamId: named, strangeDomain } = await teamOfLink(context, subject.link, asked);
  const team = named ?? teamOfChannel(found);
  const evidence = team === undefined ? undefined : await teamEvidence(context, team);
  const mayAsk = maySlack && team !== undefined && evidence?.view?.installation.state.kind === 'active';
  const { channel, ts } = subject.link;
  const slack = mayAsk ? await askSlack(context, { teamId: team, channel }) : NOT_ASKED;
  const { around: near, processes } = found;
  const unheard = tellAbsence({
    channel,
    ts,
    sentAtMs: subject.sentAtMs,
    nowMs,
    team: evidence,
    strangeDomain,
    around: near,
    processes,
    slack,
    isAlone: context.store.engine === 'sqlite',
    transport: transportOf(processes, context.transport),
  });
  const { checks, advice } = unheard;
  return { ...answerOf('message', unheard, { reach: found.reach, checks }), advice, teamId: team ?? null };
}

/** The event of the message itself comes before its edits; what needs somebody before what went well. */
const ORDER: readonly Outcome[] = [
  'failed',
  'running',
  'waiting',
  'retrying',
  'lost',
  'refused',
  'not_taken',
  'dropped',
  'discarded',
  'handled',
];

function mainOf(stories: readonly EventStory[], { events }: Gathered): EventStory | undefined {
  const rank = ({ outcome }: EventStory) => (ORDER.indexOf(outcome) + ORDER.length + 1) % (ORDER.length + 1);
  const known = stories.filter(({ eventId }) => events.some((event) => event.eventId === eventId));
  return known.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** Those that run know it best; where none does, the settings of whoever asks do. */
function transportOf(processes: readonly AskedProcess[], ofSettings: string): string {
  const told = processes.flatMap(({ transport }) => transport ?? []);
  return told.find((transport) => transport === 'http') ?? told[0] ?? ofSettings;
}

/** Whose messages of the conversation came before: where the link does not say it. */
function teamOfChannel({ processes }: Gathered): string | undefined {
  const signs = processes.flatMap(({ answer }) => answer?.ofChannel ?? []);
  return signs.find(({ teamId: id }) => id !== null)?.teamId ?? undefined;
}

function unknownEvent(eventId: string): { outcome: Outcome; main: Sentence; sentences: Sentence[] } {
  const text = `No event ${eventId} is known: it never came, or longer ago than ids (48 h) and failures (14 days) are kept.`;
  const main: Sentence = { text, certainty: 'unknown', atMs: null };
  return { outcome: 'unknown', main, sentences: [main] };
}

function answerOf(
  subject: Answer['subject'],
  { outcome, main, sentences }: { outcome: Outcome; main: Sentence; sentences: readonly Sentence[] },
  { reach, checks = [] }: { reach?: Reach; checks?: readonly Check[] } = {},
): Answer {
  return {
    subject,
    outcome,
    answer: main.text,
    certainty: main.certainty,
    advice: null,
    teamId: null,
    sentences: sentences.map(({ text, certainty: sure, atMs }) => ({
      text,
      certainty: sure,
      at: timeOf(atMs),
    })),
    events: [],
    text: null,
    checks: [...checks],
    seesBack: {
      rowsSince: timeOf(reach?.rowsSinceMs ?? null),
      leftOut: reach?.leftOut ?? 0,
      processes: (reach?.processes ?? []).map(({ node, answer, reach: ring }) => ({
        node,
        answered: answer !== undefined,
        remembers: ring?.remembers ?? 0,
        since: ring && Number.isFinite(ring.sinceMs) ? isoTime(ring.sinceMs) : null,
      })),
    },
  };
}

function timeOf(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}

function byTime(a: Sentence, b: Sentence): number {
  return (a.atMs ?? Number.POSITIVE_INFINITY) - (b.atMs ?? Number.POSITIVE_INFINITY);
}

/** Only as long as its payload is kept, and only where texts are shown. */
async function textOf({ inbox, showsTexts }: RunContext, { events }: Gathered): Promise<string | null> {
  if (!showsTexts) return null;
  for (const { eventId, entry } of events) {
    if (!entry || entry.state === 'done') continue;
    const payload = (await inbox.find(eventId))?.payload ?? null;
    if (payload === null) continue;
    const { event } = readablePayload(payload, { showsTexts }) as { event?: { text?: unknown } };
    if (typeof event?.text === 'string') return event.text;
  }
  return null;
}
