/** What createServer() was given, sorted by who takes it. */
import type { ServerOptions } from './bot-server.ts';
import { parseConfig } from './config/config.ts';
import type { EngineOptions } from './engine-deps.ts';
import { systemClock } from './time/clock.ts';
import { systemRandom } from './time/random.ts';
import type { DatabaseDemand } from './wiring/create-storage.ts';

/** @throws BotServerError `invalid_configuration` */
export function readOptions(options: ServerOptions) {
  const {
    clock = systemClock,
    random = systemRandom,
    logger,
    hooks = {},
    slackFetch = {},
    loopbackOnly = false,
    newDatabase = false,
    judge = {},
    periodicCheck = {},
    refresher = {},
    dispatcher = {},
    interactions = {},
    events = {},
    connections = {},
    ...settings
  } = options;
  const config = parseConfig(settings);
  const parts = { periodicCheck, refresher, dispatcher, interactions, events, connections };
  const engineOptions: EngineOptions = { ...parts, judge: { ...judge, verdicts: config.slackVerdicts } };
  const demand: DatabaseDemand = newDatabase ? 'new' : 'found';
  return { config, engineOptions, clock, random, logger, hooks, slackFetch, loopbackOnly, demand };
}
