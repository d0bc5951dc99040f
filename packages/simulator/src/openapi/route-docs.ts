/** One entry per route of `/_sim`: what it does, takes and gives. A route without one fails openapi.test.ts. */
import { z } from 'zod';
import { actBody } from '../control/act-routes.ts';
import { appPatch } from '../control/app-routes.ts';
import { deliveryQuery, eventBody, resendBody } from '../control/delivery-routes.ts';
import { functionRunBody } from '../control/function-routes.ts';
import { listQuery, notificationList, scheduledList, searchAnswer, searchQuery } from '../control/lists/list-schema.ts';
import { accessBody, orgInstallBody } from '../control/org-routes.ts';
import { pictureBody } from '../control/picture-route.ts';
import * as bodies from '../control/schemas.ts';
import { readBody } from '../control/screen/screen-routes.ts';
import { screenInfo, screenQuery } from '../control/screen/screen-schema.ts';
import { sessionInfo } from '../control/session-routes.ts';
import { teamChange } from '../control/team-change-routes.ts';
import { faultSchema } from '../faults/fault.ts';
import { ephemeralQuery, viewQuery } from '../interactivity/action-routes.ts';
import * as nouns from '../seed/noun-schemas.ts';
import { webhookSchema } from '../seed/seed-schema.ts';
import * as answers from './answer-schemas.ts';
import { actionInfo, deliveryInfo, dialogInfo, entityPaneInfo, viewInfo } from './delivery-schemas.ts';

/** What is said about a route. */
export interface RouteDoc {
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** @defaultValue 200 */
  readonly status?: 200 | 201;
  /** Of JSON; a text says which other type it has. */
  readonly answer: z.ZodType | string;
}

const teamQuery = z.strictObject({ team: z.string().optional() });
const count = z.int();

/** By method and path, with parameters as `{team}`. */
export const routeDocs: Readonly<Record<string, RouteDoc>> = {
  'GET /_sim': { summary: 'The state at a glance, with the credentials of the apps', answer: answers.statusInfo },
  'GET /_sim/openapi.json': { summary: 'This description', answer: z.looseObject({ openapi: z.string() }) },
  'GET /_sim/apps': { summary: 'The apps', answer: z.strictObject({ apps: z.array(answers.appInfo) }) },
  'POST /_sim/apps': { summary: 'Add an app', body: nouns.appRequest, status: 201, answer: answers.appInfo },
  'PATCH /_sim/apps/{app}': {
    summary: 'Change the settings of an app; a new request URL is verified first',
    body: appPatch,
    answer: z.strictObject({ app: answers.appInfo, verification: answers.urlVerification.optional() }),
  },
  'GET /_sim/teams': { summary: 'The workspaces', answer: z.strictObject({ teams: z.array(answers.teamInfo) }) },
  'POST /_sim/teams': { summary: 'Add a workspace', body: nouns.teamBody, status: 201, answer: answers.teamInfo },
  'GET /_sim/teams/{team}/screen': {
    summary: 'What one person sees: conversations, people, apps, and the messages of one conversation',
    query: screenQuery,
    answer: screenInfo,
  },
  'POST /_sim/teams/{team}/read': {
    summary: 'A person has read a conversation up to a message',
    body: readBody,
    answer: z.strictObject({ channel: z.string(), ts: z.string() }),
  },
  'GET /_sim/teams/{team}/notifications': {
    summary: 'What others wrote to a person: directly, by mention, or in their threads',
    query: listQuery,
    answer: notificationList,
  },
  'GET /_sim/teams/{team}/search': {
    summary: 'What a person finds, with the modifiers of Slack’s search',
    query: searchQuery,
    answer: searchAnswer,
  },
  'GET /_sim/teams/{team}/scheduled': {
    summary: 'What apps scheduled, in conversations that a person may see',
    query: listQuery,
    answer: scheduledList,
  },
  'DELETE /_sim/teams/{team}/scheduled/{id}': {
    summary: 'Take a scheduled message off the clock',
    answer: z.strictObject({ id: z.string() }),
  },
  'POST /_sim/pictures': {
    summary: 'Fetch a picture from elsewhere for a person who clicked it',
    body: pictureBody,
    answer: 'image/*',
  },
  'GET /_sim/teams/{team}/files/{file}/content': {
    summary: 'A file as a person sees it',
    query: listQuery,
    answer: 'application/octet-stream',
  },
  'GET /_sim/teams/{team}': { summary: 'A workspace, by id, domain or name', answer: answers.teamInfo },
  'POST /_sim/teams/{team}/users': {
    summary: 'Add a person',
    body: nouns.userBody,
    status: 201,
    answer: answers.userInfo,
  },
  'POST /_sim/teams/{team}/channels': {
    summary: 'Add a channel',
    body: nouns.channelBody,
    status: 201,
    answer: answers.channelInfo,
  },
  'POST /_sim/teams/{team}/channels/{channel}/members': {
    summary: 'Invite a person or a bot to a channel',
    body: bodies.memberBody,
    answer: answers.channelInfo,
  },
  'GET /_sim/teams/{team}/channels/{channel}/assistant-threads': {
    summary: 'What apps say about the threads in which they assist',
    answer: z.strictObject({ threads: z.array(answers.assistantThread) }),
  },
  'POST /_sim/teams/{team}/channels/{channel}/streams/{ts}/stop': {
    summary: 'A person stops a message that an app is still writing',
    answer: z.strictObject({ stopped: z.boolean() }),
  },
  'POST /_sim/teams/{team}/changes': {
    summary: 'Change a workspace in a way that no app can',
    body: teamChange,
    status: 201,
    answer: z.record(z.string(), z.unknown()),
  },
  'POST /_sim/teams/{team}/access': {
    summary: 'Let an org-wide app into a workspace, or take it out',
    body: accessBody,
    answer: answers.orgInstallationInfo,
  },
  'POST /_sim/teams/{team}/events': {
    summary: 'Send an event made by hand',
    body: eventBody,
    status: 201,
    answer: z.strictObject({ eventIds: z.array(z.string()) }),
  },
  'GET /_sim/installs': {
    summary: 'The installations',
    query: teamQuery,
    answer: z.strictObject({ installs: z.array(answers.installationInfo) }),
  },
  'POST /_sim/installs': {
    summary: 'Install an app without the OAuth pages',
    body: bodies.installBody,
    status: 201,
    answer: answers.installationInfo,
  },
  'GET /_sim/org-installs': {
    summary: 'The org-wide installations',
    answer: z.strictObject({ installs: z.array(answers.orgInstallationInfo) }),
  },
  'POST /_sim/org-installs': {
    summary: 'Install an app in an organization without the OAuth pages',
    body: orgInstallBody,
    status: 201,
    answer: answers.orgInstallationInfo,
  },
  'POST /_sim/function-runs': {
    summary: 'A workflow comes to a step of an app: a function of its manifest',
    body: functionRunBody,
    status: 201,
    answer: answers.functionRunInfo,
  },
  'GET /_sim/function-runs/{id}': { summary: 'What became of that step', answer: answers.functionRunInfo },
  'POST /_sim/config-tokens': {
    summary: 'Give a person a token for apps.manifest.*',
    body: bodies.configTokenBody,
    status: 201,
    answer: answers.configTokenInfo,
  },
  'GET /_sim/webhooks': {
    summary: 'The incoming webhooks',
    answer: z.strictObject({ webhooks: z.array(answers.webhookInfo) }),
  },
  'POST /_sim/webhooks': {
    summary: 'Make an incoming webhook into a channel',
    body: webhookSchema,
    status: 201,
    answer: answers.webhookInfo,
  },
  'GET /_sim/sockets': {
    summary: 'The live sockets',
    query: teamQuery,
    answer: z.strictObject({ sockets: z.array(answers.socketInfo) }),
  },
  'POST /_sim/messages': {
    summary: 'A person writes',
    body: bodies.messageBody,
    status: 201,
    answer: answers.messageInfo,
  },
  'GET /_sim/messages': {
    summary: 'The last messages of a conversation, oldest first',
    query: bodies.messageQuery,
    answer: z.strictObject({ channel: z.string(), messages: z.array(answers.messageInfo) }),
  },
  'POST /_sim/typing': {
    summary: 'A person begins to type',
    body: bodies.typingBody,
    answer: z.strictObject({ channel: z.string() }),
  },
  'POST /_sim/acts': {
    summary:
      'A person uses an app (slash command, button, modal, shortcut, home …), or joins, edits, reacts, shares a file …',
    body: actBody,
    answer: z.union([actionInfo, answers.personActInfo]),
  },
  'GET /_sim/views': {
    summary: 'The open views',
    query: viewQuery,
    answer: z.strictObject({ views: z.array(viewInfo) }),
  },
  'GET /_sim/dialogs': {
    summary: 'The open dialogs',
    query: viewQuery,
    answer: z.strictObject({ dialogs: z.array(dialogInfo) }),
  },
  'GET /_sim/entity-panes': {
    summary: 'What people see of the entities that they opened',
    query: viewQuery,
    answer: z.strictObject({ panes: z.array(entityPaneInfo) }),
  },
  'GET /_sim/ephemerals': {
    summary: 'The messages that only one person sees',
    query: ephemeralQuery,
    answer: z.strictObject({ channel: z.string(), messages: z.array(answers.messageInfo) }),
  },
  'GET /_sim/deliveries': {
    summary: 'What was sent to apps, oldest first',
    query: deliveryQuery,
    answer: z.strictObject({ deliveries: z.array(deliveryInfo) }),
  },
  'GET /_sim/deliveries/{id}': { summary: 'One try, or the newest try of an event', answer: deliveryInfo },
  'POST /_sim/deliveries/{id}/resend': {
    summary: 'Send it again, as it was or with another payload',
    body: resendBody.optional(),
    answer: deliveryInfo,
  },
  'GET /_sim/deliveries/{id}/curl': {
    summary: 'A command that sends it from a shell, signed now; only of what was posted to a URL',
    answer: z.strictObject({ curl: z.string() }),
  },
  'GET /_sim/session': { summary: 'What happened since a moment', answer: sessionInfo },
  'POST /_sim/session': { summary: 'Begin a session anew', status: 201, answer: sessionInfo },
  'GET /_sim/session/seed.yaml': {
    summary: 'The state at the beginning of the session, as a seed',
    answer: 'text/plain',
  },
  'GET /_sim/session/session.test.ts': {
    summary: 'The session as a vitest test that plays it again',
    answer: 'text/plain',
  },
  'GET /_sim/seed.yaml': { summary: 'The state of now, as a seed', answer: 'text/plain' },
  'GET /_sim/faults': {
    summary: 'The faults in force',
    answer: z.strictObject({ faults: z.array(answers.faultInfo) }),
  },
  'POST /_sim/faults': { summary: 'Break something', body: faultSchema, status: 201, answer: answers.faultOutcome },
  'DELETE /_sim/faults': { summary: 'End every fault', answer: z.strictObject({ removed: count }) },
  'DELETE /_sim/faults/{id}': { summary: 'End a fault; held answers are sent', answer: answers.faultInfo },
  'POST /_sim/faults/{id}/release': {
    summary: 'Send the held answers of a fault',
    answer: z.strictObject({ released: count }),
  },
  'GET /_sim/log': {
    summary: 'The records that fit, oldest first; `waitMs` waits for the first one',
    query: bodies.logQuery,
    answer: z.strictObject({ records: z.array(answers.logRecord), lastSeq: count }),
  },
  'DELETE /_sim/log': { summary: 'Forget the records', answer: z.strictObject({ lastSeq: count }) },
  'GET /_sim/stream': {
    summary: 'The records as they happen, as server-sent events `record` and `gap`; Last-Event-ID goes on from there',
    query: bodies.streamQuery,
    answer: 'text/event-stream',
  },
  'GET /_sim/clock': { summary: 'The clock', answer: answers.clockInfo },
  'POST /_sim/clock': { summary: 'Stop, start or move the clock', body: bodies.clockBody, answer: answers.clockInfo },
};
