/** No refused probe is believed for the next six hours. The probes of the incident begin anew, the first in five minutes, and an answer brings a team back. */
import { z } from 'zod';
import { type IncidentProbes, nextIncidentProbeMs } from '../../team/breaker.ts';
import { isoTime, next, time } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import {
  incidentSnapshot,
  installationsOfIncident,
  noDeactivationBefore,
  noDeactivationBeforeOf,
} from './incident-teams.ts';

export const waitInIncident = defineOperation({
  name: 'incident.wait',
  role: 'operate',
  summary: 'deactivate no held team for six hours, unless Slack reports an uninstall',
  undo: 'incident.ask or incident.deactivate',
  snapshot: incidentSnapshot,
  input: z.strictObject({}),
  output: z.object({
    teams: z.int(),
    nextProbe: time.describe('From when on Slack is asked again.'),
    noDeactivationBefore,
    next,
  }),
  errors: [],
  async run(context) {
    const { installations, clock } = context;
    const anew: IncidentProbes = { sinceMs: clock.now(), probes: 0, proofs: 0 };
    const found = await installationsOfIncident(context);
    for (const { key, version } of found) {
      await installations.setIncident(key, { version }, anew);
      await installations.addTimeline(key, { kind: 'incident_extended', facts: { by: 'operator' } });
    }
    const nextProbe = isoTime(nextIncidentProbeMs(anew));
    const next =
      found.length === 0
        ? 'nothing: there is no incident'
        : `Slack is asked again from ${nextProbe} on; an answer brings a team back`;
    const extended = found.map((installation) => ({ ...installation, incident: anew }));
    return { teams: found.length, nextProbe, noDeactivationBefore: noDeactivationBeforeOf(extended), next };
  },
});
