/** `slack-bot-server manifest …`: what the settings of the app at Slack have to say for this bot, and whether they do. */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { type Config, configFromEnvironment, parseConfig } from '../config.ts';
import { BotServerError, messageOf } from '../errors.ts';
import { type BotDeclarations, declarationsOf } from '../manifest/bot-declarations.ts';
import { callsInSource } from '../manifest/calls-in-source.ts';
import { type Manifest, manifestFor } from '../manifest/manifest.ts';
import { checkManifest } from '../manifest/manifest-check.ts';
import { loadBotFile } from './bot-file.ts';
import { EXIT, type JsonOption, say, sayJson } from './output.ts';

export interface ManifestOptions {
  name?: string;
  description?: string;
}

/** What nobody has yet who is about to create the app. */
const NOT_THERE_YET = { slackSigningSecret: 'none-yet-none-yet', slackAppToken: 'none-yet-none-yet' };

/** `manifest [bot]`. */
export async function printManifest(botPath: string | undefined, options: ManifestOptions): Promise<void> {
  sayJson(await manifestOf(botPath, options));
}

/** `manifest check FILE [bot]`. Exits with 1 when something is missing. */
export async function compareManifest(
  file: string,
  botPath: string | undefined,
  options: ManifestOptions & JsonOption,
): Promise<void> {
  const exported = readManifest(file);
  const findings = checkManifest(exported, await manifestOf(botPath, options));
  if (findings.length > 0) process.exitCode = EXIT.failure;
  if (options.json) return sayJson({ findings });
  if (findings.length === 0) return say('the settings of the app have everything that this bot needs');
  for (const { at, problem } of findings) say(`${at}: ${problem}`);
  say(
    'Mend it at https://api.slack.com/apps under App Manifest; new scopes reach a team when it installs the app again.',
  );
}

async function manifestOf(botPath: string | undefined, { name, description }: ManifestOptions): Promise<Manifest> {
  const config = manifestConfig();
  const declared = await declarationsIn(botPath);
  const methods = botPath === undefined ? [] : callsInSource(botPath).keys();
  return manifestFor({ name: name ?? 'Slack bot', description, config, declared, methods });
}

/** @throws BotServerError `bot_not_loadable` */
export async function declarationsIn(botPath: string | undefined): Promise<BotDeclarations> {
  const setUp = botPath === undefined ? () => {} : await loadBotFile(botPath);
  try {
    return await declarationsOf(setUp);
  } catch (cause) {
    throw new BotServerError('bot_not_loadable', `The bot file ${botPath} failed while it was set up`, { cause });
  }
}

/** @throws BotServerError `invalid_configuration` */
function manifestConfig(): Config & { publicUrl: string } {
  const { slackClientId: _id, slackClientSecret: _secret, ...settings } = configFromEnvironment(process.env);
  const { databaseUrl: _database, ...rest } = settings;
  const config = parseConfig({ ...NOT_THERE_YET, ...rest });
  const { publicUrl } = config;
  if (config.slackTransport === 'rtm') {
    const message =
      'SLACK_TRANSPORT = rtm, which is the default, is for classic apps, and those have no manifest: say http or socket';
    throw new BotServerError('invalid_configuration', message);
  }
  if (publicUrl === undefined) {
    throw new BotServerError(
      'invalid_configuration',
      'PUBLIC_URL is missing: the address under which Slack reaches this server',
    );
  }
  return { ...config, publicUrl };
}

/** JSON is YAML, too. */
function readManifest(file: string): unknown {
  try {
    return parseYaml(readFileSync(file === '-' ? 0 : file, 'utf8')) as unknown;
  } catch (cause) {
    throw new BotServerError('invalid_input', `${file} cannot be read as a manifest: ${messageOf(cause)}`, { cause });
  }
}
