/**
 * `slack-bot-server incident …`: what an operator can say when many teams failed at once and the breaker holds them. Writes
 * rows; a running server acts on them within a second. See docs/incidents.md.
 */

import { transition } from '../judge/installation-lifecycle.ts';
import { judgeDefaults } from '../judge/judge-options.ts';
import { type IncidentProbes, nextIncidentProbeMs } from '../team/breaker.ts';
import type { Installation } from '../team/installation.ts';
import { isHeld } from '../team/installation.ts';
import type { Installations } from '../team/installations.ts';
import { systemClock } from '../time/clock.ts';
import { findServer } from '../wiring/create-storage.ts';
import { type CommandStorage, withStorage } from './command-storage.ts';
import { allInstallations } from './installation-pages.ts';
import { isoTime, say, sayJson } from './output.ts';

interface JsonOption {
  json?: boolean;
}

/** How long `ask` waits for the running server's answers, in milliseconds. */
const ANSWER_WAIT_MS = 20_000;
const LOOK_MS = 250;

/** `incident show`: how many teams it is about, what Slack said, and what happens next by itself. */
export async function showIncident(options: JsonOption): Promise<void> {
  await withStorage(async ({ installations }) => {
    const summary = summaryOf(await teamsOfIncident(installations));
    if (options.json) return sayJson(summary);
    if (summary.held + summary.deactivated === 0) return say('no incident: nothing is held');
    const codes = Object.entries(summary.codes).map(([code, count]) => `${code} (${count})`);
    say(`${teams(summary.held)} held, ${summary.deactivated} deactivated just before; since ${summary.since}`);
    say(`Slack said: ${codes.join(', ')}`);
    say(`asked again: from ${summary.nextProbe} on; an answer brings a team back`);
    say('a held team is deactivated by itself only when Slack refuses it both 1 h and 6 h after it was held');
    say();
    say('incident ask         ask Slack about all of them now');
    say('incident deactivate  it is true: deactivate all that are held');
    say('incident wait        leave them alone: count the 6 h from now on');
  });
}

/** `incident ask`: a probe of each, now. Answers bring teams back; what Slack refuses stays as it is. */
export async function askInIncident(options: JsonOption): Promise<void> {
  await withStorage(async (storage) => {
    const { installations } = storage;
    const asked = await teamsOfIncident(installations);
    for (const { key } of asked) await installations.setRequest(key, 'probe');
    const pid = (await findServer(storage))?.pid;
    const left = pid === undefined ? undefined : await untilAnswered(storage);
    const waiting = left?.filter(({ request }) => request === 'probe').length ?? asked.length;
    const back = left === undefined ? 0 : asked.length - left.length;
    const refused = asked.length - waiting - back;
    if (options.json) return sayJson({ asked: asked.length, back, refused, waiting, server: pid ?? null });
    if (asked.length === 0) return say('no incident: nothing is held');
    if (pid === undefined) return say(`${teams(asked.length)} to be asked; no server is running, the next one asks`);
    say(`${teams(asked.length)} asked: ${back} back, ${refused} still refused, ${waiting} without an answer yet`);
  });
}

/** `incident deactivate`: the operator knows that it is true. Those that were deactivated before are not asked again. */
export async function deactivateIncident(options: JsonOption): Promise<void> {
  await withStorage(async (storage) => {
    const { installations } = storage;
    let deactivated = 0;
    let changed = 0;
    for (const installation of await teamsOfIncident(installations)) {
      const { key, version } = installation;
      if (!isHeld(installation.state)) await installations.setIncident(key, { version }, null);
      else if (await deactivate(installations, installation)) deactivated++;
      else changed++;
    }
    const pid = (await findServer(storage))?.pid;
    if (options.json) return sayJson({ deactivated, changed, server: pid ?? null });
    say(`${teams(deactivated)} deactivated (reason: operator)`);
    if (changed > 0) say(`${teams(changed)} changed at the same moment: look again with incident show`);
  });
}

/** `incident wait`: nothing is believed for the next hours; the probes begin anew. */
export async function waitInIncident(options: JsonOption): Promise<void> {
  await withStorage(async ({ installations }) => {
    const sinceMs = systemClock.now();
    const anew: IncidentProbes = { sinceMs, probes: 0, proofs: 0 };
    const found = await teamsOfIncident(installations);
    for (const { key, version } of found) {
      await installations.setIncident(key, { version }, anew);
      await installations.addTimeline(key, { kind: 'incident_extended', facts: { by: 'operator' } });
    }
    const nextProbe = isoTime(nextIncidentProbeMs(anew));
    if (options.json) return sayJson({ teams: found.length, nextProbe });
    if (found.length === 0) return say('no incident: nothing is held');
    say(`${teams(found.length)} left alone for 6 h; asked again from ${nextProbe} on`);
  });
}

async function teamsOfIncident(installations: Pick<Installations, 'list'>): Promise<Installation[]> {
  const found: Installation[] = [];
  for await (const { installation } of allInstallations(installations, { ofIncident: true })) found.push(installation);
  return found;
}

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

async function deactivate(installations: Installations, { key, version, state }: Installation): Promise<boolean> {
  const env = { nowMs: systemClock.now(), confirmAfterMs: judgeDefaults.confirmAfterMs };
  const next = transition(state, { type: 'operator_deactivated' }, env);
  const facts = { from: 'active (held)', to: next.kind, code: null, why: 'operator' };
  return await installations.compareAndSetState(key, { version, from: state.kind }, next, { kind: 'verdict', facts });
}

/** Those of the incident once all have been answered, or when the time is over. */
async function untilAnswered({ installations }: CommandStorage): Promise<Installation[]> {
  const giveUpAtMs = systemClock.monotonic() + ANSWER_WAIT_MS;
  for (;;) {
    const left = await teamsOfIncident(installations);
    if (left.every(({ request }) => request === null) || systemClock.monotonic() >= giveUpAtMs) return left;
    await systemClock.sleep(LOOK_MS);
  }
}

function teams(count: number): string {
  return count === 1 ? '1 team' : `${count} teams`;
}
