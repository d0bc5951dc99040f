/** How many teams an incident is about, what Slack said, and what happens next by itself. */
import { z } from 'zod';
import { nextIncidentProbeMs } from '../../team/breaker.ts';
import { type Installation, isHeld } from '../../team/installation.ts';
import { isoTime, time } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { installationsOfIncident } from './incident-teams.ts';

export const showIncident = defineOperation({
  name: 'incident.show',
  role: 'read',
  summary: 'how many teams are held, what Slack said, when they are probed again',
  input: z.strictObject({}),
  output: z.object({
    held: z.int().describe('Not believed to be gone; nothing is sent for them.'),
    deactivated: z.int().describe('Just before the first was held; they are asked again as well.'),
    since: time.nullable().describe('Null: there is no incident.'),
    nextProbe: time.nullable().describe('From when on Slack is asked again.'),
    codes: z.record(z.string(), z.int()).describe('What Slack said, with how many teams.'),
  }),
  errors: [],
  run: async (context) => summaryOf(await installationsOfIncident(context)),
});

function summaryOf(installations: readonly Installation[]) {
  const held = installations.filter(({ state }) => isHeld(state)).length;
  const incidents = installations.flatMap(({ incident }) => (incident ? [incident] : []));
  const codes: Record<string, number> = {};
  for (const code of installations.map(codeOf)) codes[code] = (codes[code] ?? 0) + 1;
  return {
    held,
    deactivated: installations.length - held,
    since: earliest(incidents.map(({ sinceMs }) => sinceMs)),
    nextProbe: earliest(incidents.map(nextIncidentProbeMs)),
    codes,
  };
}

function codeOf({ state }: Installation): string {
  if (state.kind !== 'active') return state.reason;
  return state.doubt.kind === 'none' ? 'none' : state.doubt.code;
}

function earliest(times: readonly number[]): string | null {
  return times.length === 0 ? null : isoTime(times.reduce((a, b) => Math.min(a, b)));
}
