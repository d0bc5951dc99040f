/**
 * When many installations fail together it is an incident of Slack's or ours, not many uninstalls (promise P7). Pure: how many
 * deactivations in two minutes are believable, and when those of an incident are asked again. What is counted where is
 * breaker-repository.ts, who asks is judge.ts.
 */

/** Deactivations are counted over this time, in milliseconds. */
export const BREAKER_WINDOW_MS = 120_000;

/** Probes of an installation of an incident, in milliseconds after it began. */
export const INCIDENT_PROBES_MS = [300_000, 900_000, 3_600_000, 21_600_000, 86_400_000] as const;

const DAY_MS = 86_400_000;

/** Terminal answers to both of these probes are proof: no incident of Slack's has lasted from the first hour to the sixth. */
const PROVING_PROBES = [2, 3];

/** An installation that was held, or deactivated just before the breaker tripped. */
export interface IncidentProbes {
  /** From when on its probes are counted: when it began, or the operator last said to wait; later by as much as they were late. */
  sinceMs: number;
  /** How many of the probes were sent. */
  probes: number;
  /** How many of the proving ones were answered terminally. */
  proofs: number;
}

/** So many installations may be deactivated within the window; the next one is held. */
export function breakerThreshold(active: number): number {
  return Math.max(5, Math.min(20, Math.floor(active * 0.02)));
}

/** When the next probe is due; the last one is repeated each day, because only an answer or the operator ends a hold. */
export function nextIncidentProbeMs({ sinceMs, probes }: IncidentProbes): number {
  const last = INCIDENT_PROBES_MS.length - 1;
  const atMs = INCIDENT_PROBES_MS[Math.min(probes, last)] ?? 0;
  return sinceMs + atMs + Math.max(0, probes - last) * DAY_MS;
}

/**
 * The incident after one more probe. What is late puts off the later ones: after a queue, or a night without a server, the two
 * that prove still lie five hours apart.
 * @param sentAtMs When the probe was sent; wall clock.
 */
export function afterIncidentProbe(
  incident: IncidentProbes,
  answer: { isTerminal: boolean; sentAtMs: number },
): IncidentProbes {
  const lateMs = Math.max(0, answer.sentAtMs - nextIncidentProbeMs(incident));
  const isProving = answer.isTerminal && PROVING_PROBES.includes(incident.probes);
  return {
    sinceMs: incident.sinceMs + lateMs,
    probes: incident.probes + 1,
    proofs: incident.proofs + (isProving ? 1 : 0),
  };
}

/** When the held installation may be proved gone at the earliest; undefined when the probes that prove are over without it. */
export function earliestProofMs({ sinceMs, probes, proofs }: IncidentProbes): number | undefined {
  const left = PROVING_PROBES.filter((probe) => probe >= probes).length;
  const [last = 0] = PROVING_PROBES.slice(-1);
  return left > 0 && proofs + left >= PROVING_PROBES.length ? sinceMs + (INCIDENT_PROBES_MS[last] ?? 0) : undefined;
}

/** Whether the held installation is gone after all. */
export function isProvedByIncident({ proofs }: IncidentProbes): boolean {
  return proofs >= PROVING_PROBES.length;
}
