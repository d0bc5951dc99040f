/** What Slack refuses in a manifest although nothing is missing: texts that are too long, commands without a slash. (https://docs.slack.dev/reference/app-manifest) */
import { listAt, type ManifestFinding, valueAt } from './manifest-check.ts';
import { manifestLimits } from './manifest-limits.ts';

/** How messages call what has the fault: in a bot file its listener, in a file of Slack's its name there. */
export interface NamesOfParts {
  command(name: string): string;
  shortcut(callbackId: string): string;
}

export const namesInBot: NamesOfParts = {
  command: (name) => `bot.command(${JSON.stringify(name)})`,
  shortcut: (callbackId) => `bot.shortcut(${JSON.stringify(short(callbackId))})`,
};

export const namesInFile: NamesOfParts = { command: short, shortcut: short };

/** Of a manifest that we made, or of any other. What has another shape than Slack's is for manifest-check.ts. */
export function manifestFaults(manifest: unknown, names: NamesOfParts): ManifestFinding[] {
  const information = (name: 'name' | 'description') =>
    tooLong(`/display_information/${name}`, `the ${name} of the app`, {
      text: valueAt(manifest, `/display_information/${name}`),
      limit: manifestLimits[name],
    });
  const commands = objectsAt(manifest, '/features/slash_commands');
  const shortcuts = objectsAt(manifest, '/features/shortcuts');
  return [
    ...information('name'),
    ...information('description'),
    ...commands.flatMap((command) => commandFaults(command, names)),
    ...shortcuts.flatMap((shortcut) => shortcutFaults(shortcut, names)),
  ];
}

type Part = Readonly<Record<string, unknown>>;

function commandFaults({ command, description, usage_hint: hint }: Part, names: NamesOfParts): ManifestFinding[] {
  if (typeof command !== 'string') return [];
  const at = '/features/slash_commands';
  const name = names.command(command);
  return [
    ...(command.startsWith('/')
      ? []
      : [{ at, problem: `${name}: a command must begin with a slash: ${JSON.stringify(`/${command}`)}` }]),
    ...(/\s/.test(command) ? [{ at, problem: `${name}: a command must be one word without spaces` }] : []),
    ...tooLong(at, `${name}: the command`, { text: command, limit: manifestLimits.command }),
    ...tooLong(at, `${name}: its description`, { text: description, limit: manifestLimits.commandDescription }),
    ...tooLong(at, `${name}: its usage hint`, { text: hint, limit: manifestLimits.usageHint }),
  ];
}

function shortcutFaults(shortcut: Part, names: NamesOfParts): ManifestFinding[] {
  const { name: shown, callback_id: callbackId, description } = shortcut;
  const at = '/features/shortcuts';
  const name = names.shortcut(String(callbackId));
  return [
    ...tooLong(at, `${name}: its name`, { text: shown, limit: manifestLimits.shortcutName }),
    ...tooLong(at, `${name}: its callback id`, { text: callbackId, limit: manifestLimits.callbackId }),
    ...tooLong(at, `${name}: its description, made of the callback id,`, {
      text: description,
      limit: manifestLimits.shortcutDescription,
    }),
  ];
}

function tooLong(at: string, what: string, { text, limit }: { text: unknown; limit: number }): ManifestFinding[] {
  if (typeof text !== 'string' || text.length <= limit) return [];
  return [{ at, problem: `${what} has ${text.length} characters, and Slack takes at most ${limit}` }];
}

function objectsAt(manifest: unknown, pointer: string): Part[] {
  return listAt(manifest, pointer).filter((one): one is Part => typeof one === 'object' && one !== null);
}

/** Enough of it to find it again. */
function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
