/** docs/configuration.md, made of the schema of the settings: what each refuses is asked of itself, by giving it what no setting takes. */
import { z } from 'zod';
import { environmentName, parseConfig, settingsSchema } from '../../src/config/config.ts';
import { SECRET_KEY } from '../../src/config/secrets.ts';
import { isBotServerError } from '../../src/errors.ts';
import { clashes } from './clashes.ts';
import { GENERATED, table } from './markdown.ts';

type Setting = keyof typeof settingsSchema.shape;

export const settings = Object.keys(settingsSchema.shape) as Setting[];

const documented = (z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }).properties ??
  {}) as Readonly<Partial<Record<Setting, { description?: string }>>>;

export function configurationPage(): string {
  const rows = settings.map((key) => [
    `\`${environmentName(key)}\``,
    `\`${key}\``,
    meaningOf(key),
    defaultOf(key),
    allowedOf(key).join('; '),
    secrecyOf(key),
  ]);
  const together = clashes.map(({ input }) => problemsOf(input)).map((problem) => `- ${problem}`);
  return `# What can be configured?

${GENERATED}

A setting comes from the environment, or as an option of \`createServer\` under its other name; there is no file of settings. The environment is read
once, at the start. Empty is the same as not set. A bad value stops the start with exit code 2, and says the name, the value (not of a secret)
and what is allowed; so does a pair that does not go together. What to set for which transport: [running it](running.md).

${table(['environment', 'option', 'meaning', 'default', 'what is allowed', 'secret'], rows)}

Secrets are never logged, printed or answered. \`HTTPS_PROXY\` and \`NO_PROXY\` count in lower case as well. Lists have commas or spaces between their
values. Times of connections, retries and the like are options of \`createServer\` alone, with their units and defaults in its types.

## What settings ask of each other

${together.join('\n')}
`;
}

/** The words of the schema without their last sentence about the default, which has a column. */
function meaningOf(key: Setting): string {
  return documented[key]?.description?.replace(/ Default: .*$/, '') ?? '';
}

function defaultOf(key: Setting): string {
  const said = / Default: (.*?)\.?$/.exec(documented[key]?.description ?? '')?.[1];
  if (said !== undefined) return said;
  const value: unknown = settingsSchema.shape[key].parse(undefined);
  return ['string', 'number', 'boolean'].includes(typeof value) ? `\`${String(value)}\`` : 'none';
}

/** Of an address the password in it. */
function secrecyOf(key: Setting): string {
  if (SECRET_KEY.test(key)) return 'yes';
  return /^database|proxy$/i.test(key) && key !== 'noProxy' ? 'its password' : '';
}

/** Values that a setting of some kind or other refuses. */
const REFUSED = [
  '\u0000',
  'x y!',
  ' ',
  '',
  'mysql://x',
  'postgres://a:b/c@d/e',
  '-1',
  '1.5',
  '99999999',
  ',',
  'a,b,c,d',
];

/** What the setting says of values that it does not take. */
export function allowedOf(key: Setting): string[] {
  const said = REFUSED.flatMap((value) => settingsSchema.shape[key].safeParse(value).error?.issues ?? []);
  return [...new Set(said.map(({ message }) => message).filter((message) => message.startsWith('must')))];
}

function problemsOf(input: Parameters<typeof parseConfig>[0]): string {
  try {
    parseConfig(input);
  } catch (error) {
    if (isBotServerError(error, 'invalid_configuration')) return error.message;
  }
  throw new Error(`These settings go together: ${JSON.stringify(Object.keys(input))}`);
}
