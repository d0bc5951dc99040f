/** How many teams an incident is about, what Slack said, and what happens next by itself. */
import { z } from 'zod';
import { nextIncidentProbeMs } from '../../team/breaker.ts';
import { type Installation, isHeld } from '../../team/installation.ts';
import { lastIncidentBeganMs } from '../../team/summary-repository.ts';
import { time } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { earliest, installationsOfIncident, noDeactivationBefore, noDeactivationBeforeOf } from './incident-teams.ts';

export const showIncident = defineOperation({
  name: 'incident.show',
  role: 'read',
  summary: 'how many teams are held, what Slack said, when they are probed again',
  input: z.strictObject({}),
  output: z.object({
    held: z.int().describe('Not believed to be gone; nothing is sent for them.'),
    deactivated: z.int().describe('Just before the first was held; they are asked again as well.'),
    since: time.nullable().describe('When it began; null: there is no incident.'),
    nextProbe: time.nullable().describe('From when on Slack is asked again.'),
    noDeactivationBefore,
    codes: z.record(z.string(), z.int()).describe('What Slack said, with how many teams.'),
  }),
  errors: [],
  async run(context) {
    const beganMs = await lastIncidentBeganMs(context.store);
    return summaryOf(await installationsOfIncident(context), beganMs);
  },
});

/** @param beganMs When it was noticed that many fail: what an operator does later moves the times of its teams, and not this. */
function summaryOf(installations: readonly Installation[], beganMs: number | undefined) {
  const held = installations.filter(({ state }) => isHeld(state)).length;
  const incidents = installations.flatMap(({ incident }) => (incident ? [incident] : []));
  const codes: Record<string, number> = {};
  for (const code of installations.map(codeOf)) codes[code] = (codes[code] ?? 0) + 1;
  return {
    held,
    deactivated: installations.length - held,
    since:
      incidents.length === 0
        ? null
        : earliest(beganMs === undefined ? incidents.map(({ sinceMs }) => sinceMs) : [beganMs]),
    nextProbe: earliest(incidents.map(nextIncidentProbeMs)),
    noDeactivationBefore: noDeactivationBeforeOf(installations),
    codes,
  };
}

function codeOf({ state }: Installation): string {
  if (state.kind !== 'active') return state.reason;
  return state.doubt.kind === 'none' ? 'none' : state.doubt.code;
}
