/** `/commands/…`, `/actions/…` and `/services/…`: where apps post answers and webhooks without a token. */
import { type Context, Hono } from 'hono';
import { isObject } from '../content/block-kit/rules.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import { isRefusal } from '../wire/answer.ts';
import type { RawArguments } from '../wire/arguments.ts';
import { parseJson } from '../wire/json-text.ts';
import { postMessage } from '../workspace/messages.ts';
import type { World } from '../workspace/world.ts';
import { botAuthor, parts, readAppMessage, showAppMessage } from './app-messages.ts';
import type { Interactions } from './interactions.ts';

/** What the routes need. */
export interface AnswerTools {
  world: World;
  log: ActivityLog;
  interactions: Interactions;
}

/** The routes at the root. */
export function answerRoutes(tools: AnswerTools): Hono {
  const routes = new Hono();
  routes.post('/commands/:team/:secret', (c) => answer(tools, c));
  routes.post('/actions/:team/:secret', (c) => answer(tools, c));
  routes.post('/services/:team/:bot/:secret', (c) => postToWebhook(tools, c));
  return routes;
}

/** A URL that was never given out, or is used up, is a 404 on Slack. */
async function answer({ world, log, interactions }: AnswerTools, c: Context) {
  const raw = await readBody(c);
  const target = interactions.responseUrls.use(c.req.path);
  const record = { kind: 'request', method: 'response_url' } as const;
  if (typeof target === 'string') {
    log.add({ ...record, ok: false, error: target, status: 404 });
    return c.json({ ok: false, error: target }, 404);
  }
  const { app, team, channel } = target;
  const facts = { ...record, app: app.id, team: team.id, channel: channel.id };
  const message = raw ? readAppMessage(world, team, raw, target) : undefined;
  if (!message || isRefusal(message)) {
    const error = message?.error ?? 'invalid_payload';
    log.add({ ...facts, ok: false, error, status: 200 });
    return c.json(message ?? { ok: false, error });
  }
  const shown = showAppMessage(world, target, message);
  log.add({ ...facts, ok: true, status: 200, text: `${shown.how}: ${message.content.text}` });
  return c.json({ ok: true });
}

/** Webhooks answer in words. (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks) */
async function postToWebhook({ world, log }: AnswerTools, c: Context) {
  const webhook = world.webhooks.get(c.req.path);
  const record = { kind: 'request', method: 'incoming_webhook', team: webhook?.team.id, app: webhook?.app.id } as const;
  const say = (status: 200 | 400 | 403 | 404 | 410, text: string) => {
    log.add({ ...record, ok: status === 200, status, error: status === 200 ? undefined : text });
    return c.text(text, status);
  };
  if (!webhook) return say(404, 'no_service');
  const { team, channel, app } = webhook;
  if (team.installations.get(app.id)?.status !== 'active') return say(403, 'invalid_token');
  if (channel.isArchived) return say(410, 'channel_is_archived');
  const raw = await readBody(c);
  if (!raw) return say(400, 'invalid_payload');
  const message = readAppMessage(world, team, raw);
  if (isRefusal(message)) return say(400, message.error);
  postMessage(world, {
    team,
    channel,
    draft: { ...botAuthor(team, app), ...parts(message.content), threadTs: message.threadTs },
  });
  return say(200, 'ok');
}

/** JSON, or the form field `payload`; undefined for anything else. */
async function readBody(c: Context): Promise<RawArguments | undefined> {
  const text = await c.req.text();
  const isForm = (c.req.header('content-type') ?? '').startsWith('application/x-www-form-urlencoded');
  const json = isForm ? (new URLSearchParams(text).get('payload') ?? '') : text;
  try {
    const value = parseJson(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
