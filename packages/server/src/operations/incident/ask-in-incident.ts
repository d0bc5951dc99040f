/** A probe of each team of the incident, now. Answers bring teams back; what Slack refuses stays as it is. */
import { z } from 'zod';
import type { Installation } from '../../team/installation.ts';
import { next, server } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { type ActingServer, actingServer } from '../owner.ts';
import { pollRows } from '../polling.ts';
import { incidentSnapshot, installationsOfIncident } from './incident-teams.ts';

/** How long it waits for the running server's answers, in milliseconds: it asks for one team after the other. */
const ANSWER_WAIT_MS = 20_000;

export const askInIncident = defineOperation({
  name: 'incident.ask',
  role: 'operate',
  summary: 'probe all held teams now; an answer reactivates a team',
  undo: 'not needed: only answers of Slack change anything',
  snapshot: incidentSnapshot,
  input: z.strictObject({}),
  output: z.object({
    asked: z.int(),
    back: z.int().describe('Active again.'),
    refused: z.int().describe('Slack refuses them still; they stay as they are.'),
    waiting: z.int().describe('Without an answer yet.'),
    server,
    next,
  }),
  errors: [],
  async run(context) {
    const { installations } = context;
    const asked = await installationsOfIncident(context);
    for (const { key } of asked) await installations.setRequest(key, 'probe');
    const acting = await actingServer(context);
    const counts = acting === null ? { back: 0, refused: 0, waiting: asked.length } : await answers(context, asked);
    return { asked: asked.length, ...counts, server: acting, next: wordsOf(asked.length, counts, acting) };
  },
});

interface Counts {
  back: number;
  refused: number;
  waiting: number;
}

async function answers(context: RunContext, asked: readonly Installation[]): Promise<Counts> {
  // An incident grows while it is asked about.
  const keys = new Set(asked.map(({ key }) => key));
  const left = await pollRows(context, {
    read: async () => (await installationsOfIncident(context)).filter(({ key }) => keys.has(key)),
    isEnough: (found) => found.every(({ request }) => request === null),
    limitMs: ANSWER_WAIT_MS,
  });
  const waiting = left.filter(({ request }) => request === 'probe').length;
  return { back: asked.length - left.length, refused: left.length - waiting, waiting };
}

function wordsOf(asked: number, { waiting, refused }: Counts, acting: ActingServer): string {
  if (asked === 0) return 'nothing: there is no incident';
  if (waiting > 0 && acting === null) return 'no server is running, the next one asks';
  if (waiting > 0)
    return acting === 'several' ? 'each server goes on asking for its teams' : 'the server goes on asking';
  return refused > 0 ? 'those that Slack refuses are asked again by themselves' : 'nothing: the incident is over';
}
