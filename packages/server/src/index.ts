/** The public API of slack-bot-server. */
export type { BotFile, BotServer, Server, ServerOptions, ServerStatus } from './bot-server.ts';
export type { Config, ConfigInput } from './config/config.ts';
export type { Json } from './data/json-document.ts';
export type { TeamData, TeamDocument } from './data/team-data.ts';
export type { ListenerContext, ListenerEnd, ListenerSignal } from './dispatch/listener-context.ts';
export type { AnswerStream, StreamEnd, StreamOptions, StreamPiece } from './dispatch/streams/answer-stream.ts';
export type { StreamChunk } from './dispatch/streams/stream-calls.ts';
export { BotServerError, type ErrorCode, type ErrorFacts, errorFixes, isBotServerError } from './errors.ts';
export type { BotServerEventName, BotServerEvents, BotServerHook, Veto } from './events.ts';
export type { PageAnswer, PageTemplate, PageTools } from './http/bot-pages.ts';
export type { RouteContext, RouteHandler, RouteOptions } from './http/bot-routes.ts';
export type { InstallLinkOptions } from './http/install-link.ts';
export type { PageKind, PublicPage, StatusPart } from './http/public-page.ts';
export {
  type ImportedInstallation,
  type ImportInstallationsOptions,
  importInstallations,
  type StoredInstallationId,
  type StoredInstallationQuery,
  type StoredInstallations,
} from './import-installations.ts';
export type { JobOptions, TeamJobOptions } from './jobs/jobs.ts';
export type { CronPattern, JobInterval, JobSchedule } from './jobs/schedule.ts';
export type { JobContext } from './jobs/scheduled-job.ts';
export type { DeactivateOptions } from './operations/deactivation.ts';
export { createServer } from './server.ts';
export type { IncomingWebhook } from './team/incoming-webhook.ts';
export { type Clock, systemClock, type Timer } from './time/clock.ts';
export { TestClock } from './time/test-clock.ts';
export type { TeamJobContext } from './wiring/create-jobs.ts';
