/** How it is, in one answer: servers, teams, events, incident, connections, store, and what ends next. */
import { z } from 'zod';
import { summarizeInbox } from '../../inbox/search/summary-repository.ts';
import { listNodes } from '../../ownership/cluster-repository.ts';
import { selectProcesses } from '../../reports/report-repository.ts';
import type { Store } from '../../store/store.ts';
import { storeFacts } from '../../store/store-facts-repository.ts';
import { type OngoingTrouble, type StoreTrouble, storeTroubles } from '../../store/store-trouble.ts';
import { nextExpiries, summarizeIncident, summarizeTeams } from '../../team/summary-repository.ts';
import { isoTime, server, time } from '../fields.ts';
import { defineOperation } from '../operation.ts';

/** Servers report every half minute, and may be late by as much as half of that; in milliseconds. */
const SILENT_MS = 45_000;

/** Tokens that are named. */
const EXPIRIES = 5;

export const showStatus = defineOperation({
  name: 'status.show',
  role: 'read',
  summary: 'servers, teams, events, incident, connections and store at a glance',
  input: z.strictObject({}),
  output: z.object({
    at: time,
    server,
    servers: z
      .array(
        z.object({
          node: z.string(),
          host: z.string(),
          pid: z.int(),
          version: z.string(),
          transport: z.enum(['http', 'socket', 'rtm']),
          started: time,
          uptimeMs: z.number(),
          told: time.describe('When it last reported: every half minute.'),
          isCurrent: z
            .boolean()
            .describe(
              'False when its lease is over (PostgreSQL), or it has reported nothing for 45 seconds: it may be gone, and its connections are what it reported then.',
            ),
          connections: z
            .record(z.string(), z.int())
            .describe('How many are in which state: of teams (rtm), of the app (socket).'),
        }),
      )
      .describe('Those that reported within two minutes, the oldest first.'),
    teams: z
      .object({
        active: z.int(),
        confirming: z.int(),
        held: z.int(),
        suspended: z.int(),
        inactive: z.int(),
      })
      .describe('Installations by status; those that are in doubt are not among the active ones.'),
    events: z.object({
      waiting: z.int(),
      failed: z.int(),
      oldestWaiting: time.nullable().describe('When the one came that waits longest.'),
    }),
    incident: z.object({ since: time, held: z.int() }).nullable(),
    store: z.object({
      engine: z.enum(['sqlite', 'postgres']),
      schema: z.int(),
      sizeBytes: z.number().nullable().describe('Null when the database does not say.'),
      trouble: z
        .object({
          code: z.enum(Object.keys(storeTroubles) as StoreTrouble[]),
          what: z.string(),
          fix: z.string(),
          since: time,
        })
        .nullable()
        .default(null)
        .describe(
          'Why the server that is asked cannot store events now; null: it can, or it is of a version that does not say, or none was asked but the database.',
        ),
    }),
    keys: z.object({ sealsWith: z.string().describe('Fingerprint of the key that seals tokens.') }),
    nextExpiries: z
      .array(z.object({ installation: z.string(), token: z.enum(['bot', 'user']), expires: time, isOver: z.boolean() }))
      .describe(
        'Tokens of active installations that end next; they are refreshed before, so that one that is over needs a look.',
      ),
  }),
  errors: [],
  async run({ reads, vault, clock, findServer, storeTrouble }) {
    const nowMs = clock.now();
    const [running, processes, leased, teams, events, incident, store, trouble, expiries] = await Promise.all([
      findServer(),
      selectProcesses(reads, nowMs),
      leasedNodes(reads),
      summarizeTeams(reads),
      summarizeInbox(reads),
      summarizeIncident(reads),
      storeFacts(reads),
      storeTrouble?.(),
      nextExpiries(reads, EXPIRIES),
    ]);
    return {
      at: isoTime(nowMs),
      server: running?.pid ?? null,
      servers: processes.map(({ node, host, pid, version, transport, startedAtMs, toldAtMs, connections }) => ({
        node,
        host,
        pid,
        version,
        transport,
        connections: { ...connections },
        started: isoTime(startedAtMs),
        uptimeMs: Math.max(0, nowMs - startedAtMs),
        told: isoTime(toldAtMs),
        isCurrent: nowMs - toldAtMs <= SILENT_MS && (leased?.has(node) ?? true),
      })),
      teams,
      events: {
        waiting: events.waiting,
        failed: events.failed,
        oldestWaiting: events.oldestWaitingMs === undefined ? null : isoTime(events.oldestWaitingMs),
      },
      incident: incident && { since: isoTime(incident.sinceMs), held: incident.held },
      store: { engine: reads.engine, ...store, trouble: trouble ? troubleWords(trouble) : null },
      keys: { sealsWith: vault.fingerprint },
      nextExpiries: expiries.map(({ key, kind, expiresAtMs }) => ({
        installation: key,
        token: kind,
        expires: isoTime(expiresAtMs),
        isOver: expiresAtMs <= nowMs,
      })),
    };
  },
});

function troubleWords({ trouble, sinceMs }: OngoingTrouble) {
  return { code: trouble, ...storeTroubles[trouble], since: isoTime(sinceMs) };
}

/** Undefined on SQLite, where there are no leases. */
async function leasedNodes(reads: Pick<Store, 'engine' | 'all'>): Promise<Set<string> | undefined> {
  if (reads.engine === 'sqlite') return undefined;
  return new Set((await listNodes(reads)).map(({ id }) => id));
}
