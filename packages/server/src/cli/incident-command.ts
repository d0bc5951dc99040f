/** `slack-bot-server incident …`: what an operator can say when many teams failed at once and the breaker holds them. See docs/incidents.md. */

import type { Command } from 'commander';
import { askInIncident } from '../operations/incident/ask-in-incident.ts';
import { deactivateIncident } from '../operations/incident/deactivate-incident.ts';
import { showIncident } from '../operations/incident/show-incident.ts';
import { waitInIncident } from '../operations/incident/wait-in-incident.ts';
import { confirm, type YesOption } from './confirm.ts';
import { commandOf } from './operation-command.ts';
import { type JsonOption, say, sayFacts, sayJson } from './output.ts';
import { runOperation, withOperations } from './run-operation.ts';

export function addIncident(incident: Command): void {
  incident.addHelpText('after', '\nWhat each decision leads to: docs/incidents.md');
  commandOf(incident, showIncident, { isDefault: true }).action(incidentShow);
  commandOf(incident, askInIncident).action(incidentAsk);
  commandOf(incident, deactivateIncident)
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask')
    .action(incidentDeactivate);
  commandOf(incident, waitInIncident).action(incidentWait);
}

const NONE = 'no incident: no team is held';

/** `incident show`. */
export async function incidentShow(options: JsonOption): Promise<void> {
  const summary = await runOperation(showIncident, {});
  if (options.json) return sayJson(summary);
  if (summary.held + summary.deactivated === 0) return say(NONE);
  const codes = Object.entries(summary.codes).map(([code, count]) => `${code} (${count})`);
  say(`${teams(summary.held)} held, ${summary.deactivated} deactivated just before; since ${summary.since}`);
  say(`Slack said: ${codes.join(', ')}`);
  say(`asked again: from ${summary.nextProbe} on; an answer brings a team back`);
  if (summary.held > 0) say(deactivationWords(summary.noDeactivationBefore));
  say();
  say('incident ask         ask Slack about all of them now');
  say('incident deactivate  the teams are really gone: deactivate all held ones');
  say('incident wait        it will last: deactivate no held team for 6 h from now, unless Slack reports an uninstall');
}

/** The hours are counted from when it was held, or from the last `incident wait`: see breaker.ts. */
function deactivationWords(before: string | null): string {
  // Slack did not reject it at both, and they are over.
  if (before === null) return 'no held team is deactivated any more unless Slack reports an uninstall';
  return `no held team is deactivated before ${before} unless Slack reports an uninstall; after that, only if Slack rejects its token at both the 1 h and the 6 h check`;
}

/** `incident ask`. */
export async function incidentAsk(options: JsonOption): Promise<void> {
  const outcome = await runOperation(askInIncident, {});
  if (options.json) return sayFacts(outcome);
  const { asked, back, refused, waiting, server, next } = outcome;
  if (asked === 0) return say(NONE);
  if (server === null) return say(`${teams(asked)} to be asked; ${next}`);
  say(`${teams(asked)} asked: ${back} back, ${refused} still refused, ${waiting} without an answer yet`);
}

export interface IncidentDeactivateOptions extends JsonOption, YesOption {
  dryRun?: boolean;
}

/** `incident deactivate`: says how many are held, and asks. */
export async function incidentDeactivate(options: IncidentDeactivateOptions): Promise<void> {
  await withOperations(async (run) => {
    const preview = await run(deactivateIncident, { dryRun: true });
    const held = teams(preview.deactivated);
    if (options.dryRun) {
      if (options.json) return sayFacts(preview);
      return say(preview.deactivated === 0 ? NONE : `${held} would be deactivated; ${preview.next}`);
    }
    if (preview.deactivated === 0 && !options.json) return say(NONE);
    if (preview.deactivated > 0 && !(await confirm(`deactivate ${held}`, options))) return;
    const outcome = await run(deactivateIncident, {});
    if (options.json) return sayFacts(outcome);
    say(`${teams(outcome.deactivated)} deactivated (reason: operator)`);
    if (outcome.changed > 0) return say(`${teams(outcome.changed)} changed at the same moment: see incident show`);
    say(outcome.next);
    if (outcome.deactivated > 0) say('each comes back when it installs the app again');
  });
}

/** `incident wait`. */
export async function incidentWait(options: JsonOption): Promise<void> {
  const outcome = await runOperation(waitInIncident, {});
  if (options.json) return sayFacts(outcome);
  if (outcome.teams === 0) return say(NONE);
  if (outcome.noDeactivationBefore === null)
    say(`no team is held; ${teams(outcome.teams)} deactivated just before stay so until Slack answers for them`);
  else say(`${teams(outcome.teams)}: ${deactivationWords(outcome.noDeactivationBefore)}`);
  say(outcome.next);
}

function teams(count: number): string {
  return count === 1 ? '1 team' : `${count} teams`;
}
