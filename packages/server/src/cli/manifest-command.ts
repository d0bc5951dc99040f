/** `slack-bot-server manifest …`: the settings that this bot needs of its app at Slack, and whether they do. */
import { closeSync, openSync, readSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { type Config, configFromEnvironment, parseConfig } from '../config/config.ts';
import { BotServerError, messageOf } from '../errors.ts';
import { type BotDeclarations, declarationsOf } from '../manifest/bot-declarations.ts';
import { callsInSource } from '../manifest/calls-in-source.ts';
import { type Manifest, manifestFor } from '../manifest/manifest.ts';
import { checkManifest, type ManifestFinding, moreThanNeeded } from '../manifest/manifest-check.ts';
import { manifestFaults, namesInBot, namesInFile } from '../manifest/manifest-faults.ts';
import { manifestLimits } from '../manifest/manifest-limits.ts';
import { loadBotFile } from './bot-file.ts';
import { EXIT } from './exit-codes.ts';
import { complain, type JsonOption, say, sayJson } from './output.ts';

export interface ManifestOptions {
  name?: string;
  description?: string;
}

/** What nobody has yet who is about to create the app. */
const NOT_THERE_YET = { slackSigningSecret: 'none-yet-none-yet', slackAppToken: 'none-yet-none-yet' };

/** `manifest [bot]`. Prints none that Slack does not accept: exits with 1, and says why on standard error. */
export async function printManifest(botPath: string | undefined, options: ManifestOptions): Promise<void> {
  const manifest = await manifestOf(botPath, options);
  const faults = manifestFaults(manifest, namesInBot);
  if (faults.length === 0) {
    sayShortened(manifest);
    return sayJson(manifest);
  }
  process.exitCode = EXIT.failure;
  for (const { at, problem } of faults) complain(`${at}: ${problem}`);
  complain('Slack would not accept the manifest of this bot: correct the above, and print it again.');
}

/** Names are made of callback ids, and those are longer: what was cut is said on standard error, so that somebody writes a better one. */
function sayShortened({ features }: Manifest): void {
  for (const { name, callback_id: id, description } of features.shortcuts ?? []) {
    if (name === description) continue;
    const cut = `its name is cut to ${manifestLimits.shortcutName} characters: ${JSON.stringify(name)}`;
    complain(`${namesInBot.shortcut(id)}: ${cut}; write one that people understand`);
  }
}

/** `manifest check FILE [bot]`. Exits with 1 when something is missing. */
export async function compareManifest(
  file: string,
  botPath: string | undefined,
  options: ManifestOptions & JsonOption,
): Promise<void> {
  const exported = readManifest(file);
  const needed = await manifestOf(botPath, options);
  const findings = [
    ...manifestFaults(needed, namesInBot),
    ...manifestFaults(exported, namesInFile),
    ...checkManifest(exported, needed),
  ];
  const more = botPath === undefined ? [] : moreThanNeeded(exported, needed);
  if (findings.length > 0) process.exitCode = EXIT.failure;
  if (options.json) return sayJson({ findings, more });
  for (const { at, problem } of findings) say(`${at}: ${problem}`);
  if (findings.length === 0) say('the settings of the app have everything that this bot needs');
  else {
    say(
      'Fix it at https://api.slack.com/apps under App Manifest; new scopes reach a team when it installs the app again.',
    );
  }
  sayMore(more);
}

/** Only where the code of the bot was read can something seem to be too much, and no code tells everything. */
function sayMore(more: readonly ManifestFinding[]): void {
  if (more.length === 0) return;
  say();
  say('More than the code of this bot shows a need for; leave it out, unless something else uses the app:');
  for (const { at, problem } of more) say(`  ${at}: ${problem}`);
}

async function manifestOf(botPath: string | undefined, { name, description }: ManifestOptions): Promise<Manifest> {
  requireLength('--name', name, manifestLimits.name);
  requireLength('--description', description, manifestLimits.description);
  const config = manifestConfig();
  const declared = await declarationsIn(botPath);
  const methods = botPath === undefined ? [] : callsInSource(botPath).keys();
  return manifestFor({ name: name ?? 'Slack bot', description, config, declared, methods });
}

/** @throws BotServerError `usage` */
function requireLength(option: string, text: string | undefined, limit: number): void {
  if (text === undefined || (text !== '' && text.length <= limit)) return;
  const message = `${option} must have 1 to ${limit} characters, which is what Slack takes; it has ${text.length}`;
  throw new BotServerError('usage', message);
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
      'SLACK_TRANSPORT = rtm, which is the default, is for classic apps, and those have no manifest: set it to http or socket';
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

/** In bytes; Slack's largest manifests have some ten thousand. */
const MAX_MANIFEST_BYTES = 1_048_576;

/** A file without any of them is another one. */
const SECTIONS = ['display_information', 'features', 'oauth_config', 'settings'];

/** JSON is YAML, too. @throws BotServerError `invalid_input` */
function readManifest(file: string): object {
  let manifest: unknown;
  try {
    // What is odd about it beside that is no business of this command.
    manifest = parseYaml(textIn(file), { logLevel: 'error' });
  } catch (cause) {
    throw new BotServerError('invalid_input', `${file} cannot be read as a manifest: ${messageOf(cause)}`, { cause });
  }
  // What apps.manifest.export answers has the manifest in it.
  const { manifest: wrapped } = Object(manifest) as { manifest?: unknown };
  const found = typeof wrapped === 'object' ? wrapped : manifest;
  if (found !== null && typeof found === 'object' && SECTIONS.some((section) => section in found)) return found;
  const message = `${file} is not a manifest: a manifest is an object with display_information, features, oauth_config and settings`;
  throw new BotServerError('invalid_input', message, {
    fix: 'Copy it from https://api.slack.com/apps under App Manifest.',
  });
}

/** No more than the limit is read, also of what has no end. */
function textIn(file: string): string {
  const descriptor = file === '-' ? 0 : openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(MAX_MANIFEST_BYTES + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < bytes.length; size += read) {
      read = readSync(descriptor, bytes, size, bytes.length - size, null);
    }
    if (size > MAX_MANIFEST_BYTES) throw new RangeError(`it has more than ${MAX_MANIFEST_BYTES} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, size));
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}
