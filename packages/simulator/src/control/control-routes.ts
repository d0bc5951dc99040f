/**
 * `/_sim`: everything that can be done to the simulator, as JSON over HTTP: for the command line, and for tests in any language.
 * The page runs in the same process and calls the same functions itself.
 */
import { Hono } from 'hono';
import { systemClock } from '../clock/clock.ts';
import type { MovableClock } from '../clock/movable-clock.ts';
import { SimulatorError } from '../errors.ts';
import { applyFault, type Subscriptions } from '../faults/apply-fault.ts';
import { faultSchema } from '../faults/fault.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import { faultInfo } from '../faults/fault-info.ts';
import { errorAnswer, readJson, readQuery } from '../http/http-json.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import { seedOf } from '../manifest/app-settings.ts';
import { manifestIn } from '../manifest/manifest-file.ts';
import type { RtmGateway } from '../rtm/rtm-gateway.ts';
import * as nouns from '../seed/noun-schemas.ts';
import { webhookSchema } from '../seed/seed-schema.ts';
import { seedWebhook } from '../seed/seed-webhooks.ts';
import type { SocketModeGateway } from '../socket-mode/socket-mode-gateway.ts';
import { addApp } from '../workspace/apps.ts';
import { addChannel, findChannel } from '../workspace/channels.ts';
import { channelInfo, configTokenInfo, installationInfo, messageInfo, teamInfo } from '../workspace/info.ts';
import { findPlace, installationOf, personOf, teamOf } from '../workspace/lookups.ts';
import { enterChannel } from '../workspace/memberships.ts';
import { stopMessageStream } from '../workspace/message-edits.ts';
import { findMessage } from '../workspace/messages.ts';
import { firstPerson } from '../workspace/people.ts';
import { addTeam, addUser } from '../workspace/teams.ts';
import type { Webhook } from '../workspace/webhooks.ts';
import type { World } from '../workspace/world.ts';
import { installationFor } from './install.ts';
import { writeAsPerson } from './people-actions.ts';
import * as schemas from './schemas.ts';

/** What the control API needs. */
export interface ControlTools {
  world: World;
  clock: MovableClock;
  faults: FaultBoard;
  rtm: RtmGateway;
  socketMode: SocketModeGateway;
  subscriptions: Subscriptions;
  log: ActivityLog;
  /** Where the simulator listens; known once it does. */
  url: () => string;
  /** Ends long polls when the simulator stops. */
  stopping: AbortSignal;
}

/** How many messages and records are given when nothing is said. */
const DEFAULT_LIMIT = 100;

/** The routes below `/_sim`. */
export function controlRoutes(tools: ControlTools): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.notFound((c) =>
    errorAnswer(c, new SimulatorError('not_found', `No such resource: ${c.req.method} ${c.req.path}`)),
  );
  routes.get('/', (c) => c.json(status(tools)));
  addWorkspaceRoutes(routes, tools);
  addMessageRoutes(routes, tools);
  addFaultRoutes(routes, tools);
  addLogRoutes(routes, tools);
  addClockRoutes(routes, tools);
  return routes;
}

function status({ world, clock, faults, rtm, socketMode, log, url }: ControlTools) {
  return {
    name: 'slack-simulator',
    url: url(),
    apiUrl: `${url()}/api/`,
    authorizeUrl: `${url()}/oauth/authorize`,
    clock: { mode: clock.mode, nowMs: clock.now() },
    apps: [...world.apps.values()],
    teams: world.teams.size,
    sockets: rtm.size + socketMode.size,
    faults: faults.size,
    log: { size: log.size, capacity: log.capacity, lastSeq: log.lastSeq },
  };
}

function addWorkspaceRoutes(routes: Hono, { world, rtm, socketMode, url }: ControlTools): void {
  routes.get('/apps', (c) => c.json({ apps: [...world.apps.values()] }));
  routes.post('/apps', async (c) => {
    const { manifest, ...said } = await readJson(c, nouns.appRequest);
    return c.json(addApp(world, seedOf({ ...said, manifest: manifestIn(manifest) })), 201);
  });
  routes.get('/teams', (c) => c.json({ teams: [...world.teams.values()].map(teamInfo) }));
  routes.post('/teams', async (c) => c.json(teamInfo(addTeam(world, await readJson(c, nouns.teamBody))), 201));
  routes.get('/teams/:team', (c) => c.json(teamInfo(teamOf(world, c.req.param('team')))));
  routes.post('/teams/:team/users', async (c) => {
    const team = teamOf(world, c.req.param('team'));
    const { id, name, realName } = addUser(world, team, await readJson(c, nouns.userBody));
    return c.json({ id, name, realName, isBot: false }, 201);
  });
  routes.post('/teams/:team/channels', async (c) => {
    const team = teamOf(world, c.req.param('team'));
    return c.json(channelInfo(addChannel(world, team, await readJson(c, nouns.channelBody))), 201);
  });
  routes.post('/teams/:team/channels/:channel/members', async (c) => {
    const team = teamOf(world, c.req.param('team'));
    const channel = findChannel(team, c.req.param('channel'));
    if (!channel) throw new SimulatorError('not_found', `Team ${team.id} has no channel ${c.req.param('channel')}`);
    const body = await readJson(c, schemas.memberBody);
    const userId = body.user === 'bot' ? installationOf(world, team, body.app).botUserId : personOf(team, body.user).id;
    const inviterId = body.by === undefined ? firstPerson(team)?.id : personOf(team, body.by).id;
    enterChannel(world, { team, channel }, userId, inviterId === userId ? undefined : inviterId);
    return c.json(channelInfo(channel));
  });
  routes.get('/teams/:team/channels/:channel/assistant-threads', (c) => {
    const { team: reference, channel: name } = c.req.param();
    const channel = findChannel(teamOf(world, reference), name);
    if (!channel) throw new SimulatorError('not_found', `Team ${reference} has no channel ${name}`);
    return c.json({ threads: [...channel.assistantThreads.values()] });
  });
  routes.post('/teams/:team/channels/:channel/streams/:ts/stop', (c) => {
    const { team: reference, channel: name, ts } = c.req.param();
    const team = teamOf(world, reference);
    const channel = findChannel(team, name);
    const message = channel && findMessage(channel, ts);
    if (!channel || !message)
      throw new SimulatorError('not_found', `Team ${reference} has no message ${ts} in ${name}`);
    return c.json({ stopped: stopMessageStream(world, { team, channel, message }) });
  });
  routes.get('/installs', (c) => {
    const reference = c.req.query('team');
    const teams = reference === undefined ? [...world.teams.values()] : [teamOf(world, reference)];
    const installs = teams.flatMap((team) =>
      [...team.installations.values()].map((one) => installationInfo(team, one)),
    );
    return c.json({ installs });
  });
  routes.post('/installs', async (c) => c.json(installationFor(world, await readJson(c, schemas.installBody)), 201));
  routes.post('/config-tokens', async (c) => {
    const { team: reference, user } = await readJson(c, schemas.configTokenBody);
    const team = teamOf(world, reference);
    return c.json(configTokenInfo(world.configTokens.issue(team, personOf(team, user).id)), 201);
  });
  const webhookInfo = ({ app, team, channel, path }: Webhook) => ({
    app: app.id,
    team: team.id,
    channel: channel.id,
    url: url() + path,
  });
  routes.get('/webhooks', (c) => c.json({ webhooks: [...world.webhooks.values()].map(webhookInfo) }));
  routes.post('/webhooks', async (c) => c.json(webhookInfo(seedWebhook(world, await readJson(c, webhookSchema))), 201));
  routes.get('/sockets', (c) => {
    const reference = c.req.query('team');
    if (reference === undefined) return c.json({ sockets: [...rtm.list(), ...socketMode.list()] });
    return c.json({ sockets: rtm.list({ team: teamOf(world, reference).id }) });
  });
}

function addMessageRoutes(routes: Hono, { world, log }: ControlTools): void {
  routes.post('/messages', async (c) => {
    const { team, channel, message } = writeAsPerson({ world, log }, await readJson(c, schemas.messageBody));
    return c.json(messageInfo(team, channel, message), 201);
  });
  routes.get('/messages', (c) => {
    const query = readQuery(c, schemas.messageQuery);
    const { team, channel } = findPlace(world, query);
    const messages = channel.messages.slice(-(query.limit ?? DEFAULT_LIMIT));
    return c.json({ channel: channel.id, messages: messages.map((message) => messageInfo(team, channel, message)) });
  });
  routes.post('/typing', async (c) => {
    const { team, channel, user } = findPlace(world, await readJson(c, schemas.typingBody));
    world.events.emit({ type: 'user_typing', team, channel, userId: user.id });
    return c.json({ channel: channel.id });
  });
}

function addFaultRoutes(routes: Hono, { world, faults, rtm, socketMode, subscriptions, log }: ControlTools): void {
  routes.get('/faults', (c) => c.json({ faults: faults.list().map(faultInfo) }));
  routes.post('/faults', async (c) => {
    const spec = await readJson(c, faultSchema);
    return c.json(
      applyFault({ world, board: faults, sockets: rtm, appSockets: socketMode, subscriptions, log }, spec),
      201,
    );
  });
  routes.delete('/faults', (c) => c.json({ removed: faults.clear() }));
  routes.delete('/faults/:id', (c) => c.json(faultInfo(faults.remove(c.req.param('id')))));
  routes.post('/faults/:id/release', (c) => c.json({ released: faults.release(c.req.param('id')) }));
}

function addLogRoutes(routes: Hono, { log, stopping }: ControlTools): void {
  routes.get('/log', async (c) => {
    const { waitMs = 0, ...query } = readQuery(c, schemas.logQuery);
    const records = await waitForRecords(log, query, AbortSignal.any([stopping, c.req.raw.signal]), waitMs);
    return c.json({ records, lastSeq: log.lastSeq });
  });
  routes.delete('/log', (c) => {
    log.clear();
    return c.json({ lastSeq: log.lastSeq });
  });
}

/** The first matching records; waits for them on the machine's clock, because the caller does. */
async function waitForRecords(
  log: ActivityLog,
  query: Parameters<ActivityLog['query']>[0],
  stopping: AbortSignal,
  waitMs: number,
) {
  const deadline = new AbortController();
  const timer = waitMs > 0 ? systemClock.after(waitMs, () => deadline.abort()) : undefined;
  const given = AbortSignal.any([stopping, deadline.signal]);
  let records = log.query(query);
  while (records.length === 0 && timer && !given.aborted) {
    await log.nextRecord(given);
    records = log.query(query);
  }
  timer?.cancel();
  return records;
}

function addClockRoutes(routes: Hono, { clock, log }: ControlTools): void {
  const tell = () => ({ mode: clock.mode, nowMs: clock.now() });
  routes.get('/clock', (c) => c.json(tell()));
  routes.post('/clock', async (c) => {
    const { mode, advanceMs = 0 } = await readJson(c, schemas.clockBody);
    if (mode !== undefined) clock.setMode(mode);
    if (advanceMs > 0) await clock.advance(advanceMs);
    log.add({ kind: 'clock', text: JSON.stringify({ mode: clock.mode, advanceMs }) });
    return c.json(tell());
  });
}
