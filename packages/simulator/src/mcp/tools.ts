/** What an agent may look at and do in a running simulator: each tool with what it takes, and the call of `/_sim` behind it. */
import { z } from 'zod';
import { actBody } from '../control/act-routes.ts';
import { deliveryQuery, eventBody } from '../control/delivery-routes.ts';
import * as schemas from '../control/schemas.ts';
import type { SimulatorControl } from '../control/simulator-control.ts';
import { faultSchema } from '../faults/fault.ts';

export interface SimulatorTool<Input extends z.ZodType = z.ZodType> {
  name: string;
  description: string;
  input: Input;
  /** It changes nothing. @defaultValue false */
  readOnly?: boolean;
  run(control: SimulatorControl, input: z.output<Input>): Promise<Record<string, unknown>>;
}

function defineTool<Input extends z.ZodType>(tool: SimulatorTool<Input>): SimulatorTool<Input> {
  return tool;
}

const nothing = z.strictObject({});
const ofTeam = z.strictObject({
  team: z.string().optional().describe('id, domain or name; every workspace when absent'),
});

/** A discriminated union is no object of fields, which the input of a tool has to be: so it stands in a field of its own. */
export const tools: readonly SimulatorTool[] = [
  defineTool({
    name: 'status',
    description: 'The simulator: its addresses, its clock, how many workspaces, sockets and faults there are.',
    input: nothing,
    readOnly: true,
    run: async (control) => ({ ...(await control.status()) }),
  }),
  defineTool({
    name: 'teams',
    description: 'The workspaces with their channels and people, and where the app is installed.',
    input: ofTeam,
    readOnly: true,
    run: async (control, { team }) => ({
      teams: team === undefined ? await control.teams() : [await control.team(team)],
      installs: await control.installs(team),
    }),
  }),
  defineTool({
    name: 'messages',
    description: 'The last messages of a channel, or with to: bot of the direct message with the bot; oldest first.',
    input: schemas.messageQuery,
    readOnly: true,
    run: async (control, query) => ({ messages: await control.messages(query) }),
  }),
  defineTool({
    name: 'views',
    description: 'The modals and home tabs that people have open.',
    input: ofTeam,
    readOnly: true,
    run: async (control, query) => ({ views: await control.views(query) }),
  }),
  defineTool({
    name: 'log',
    description:
      'What happened: requests, sockets, frames, deliveries and their answers, faults. waitMs waits for a first match.',
    input: schemas.logQuery,
    readOnly: true,
    run: async (control, query) => ({ records: await control.log(query) }),
  }),
  defineTool({
    name: 'deliveries',
    description: 'What was sent to apps, with each try and its answer.',
    input: deliveryQuery,
    readOnly: true,
    run: async (control, query) => ({ deliveries: await control.deliveries(query) }),
  }),
  defineTool({
    name: 'sockets',
    description: 'The live sockets of apps, and the faults in force.',
    input: ofTeam,
    readOnly: true,
    run: async (control, { team }) => ({ sockets: await control.sockets(team), faults: await control.faults() }),
  }),
  defineTool({
    name: 'write',
    description: 'A person writes a message into a channel, a thread, or with to: bot to the bot.',
    input: schemas.messageBody,
    run: async (control, message) => ({ message: await control.say(message) }),
  }),
  defineTool({
    name: 'act',
    description:
      'A person uses an app (slash command, button, select, modal, shortcut, home) or acts (joins, reacts, edits, shares a file …).',
    input: z.strictObject({ act: actBody }),
    run: async (control, { act }) => ({ done: await control.act(act) }),
  }),
  defineTool({
    name: 'install',
    description: 'Installs the app in a workspace without the OAuth pages, and gives its tokens.',
    input: schemas.installBody,
    run: async (control, body) => ({ install: await control.install(body) }),
  }),
  defineTool({
    name: 'send_event',
    description: 'Sends an event made by hand to the apps that are subscribed to it.',
    input: z.strictObject({ team: z.string(), body: eventBody }),
    run: async (control, { team, body }) => ({ envelopes: await control.sendEvent(team, body) }),
  }),
  defineTool({
    name: 'resend',
    description: 'Sends a delivery once more: a try by its id, or the newest of an event (Ev…).',
    input: z.strictObject({ id: z.string() }),
    run: async (control, { id }) => ({ delivery: await control.resend(id) }),
  }),
  defineTool({
    name: 'break',
    description: 'Breaks something: sockets, methods of the Web API, deliveries, tokens, installations, everything.',
    input: z.strictObject({ fault: faultSchema }),
    run: async (control, { fault }) => ({ fault: await control.fault(fault) }),
  }),
  defineTool({
    name: 'mend',
    description: 'Ends a fault, or every one when none is named.',
    input: z.strictObject({ id: z.string().optional() }),
    run: async (control, { id }) => {
      await control.removeFaults(id);
      return { faults: await control.faults() };
    },
  }),
  defineTool({
    name: 'clock',
    description: 'Moves the clock forward by advanceMs, timer by timer, or sets whether it runs by itself.',
    input: schemas.clockBody,
    run: async (control, body) => ({ clock: await control.setClock(body) }),
  }),
];
