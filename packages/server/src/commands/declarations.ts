/** Takes down what an author declares, and refuses what could never run. */
import { BotServerError } from '../errors.ts';
import type { CommandHandler, CommandOptions, CommandTable, HearingOptions } from './command-options.ts';
import { nameOf, type Part, readPattern, renamed, usageOf } from './pattern.ts';
import { type Matcher, matcherOf } from './pattern-match.ts';
import { type Expression, expressionOf } from './time-limited.ts';
import { folded } from './tokens.ts';

/** How a declaration finds its messages. */
type Way =
  | { kind: 'pattern'; forms: readonly Form[] }
  | { kind: 'operator'; sign: string }
  | { kind: 'match' | 'scan'; expression: Expression; within: NonNullable<HearingOptions['within']> };

/** A pattern, under one of its names. */
export interface Form {
  /** The words with which it begins, each with its alternatives. */
  leading: readonly (readonly string[])[];
  matcher: Matcher;
}

/** One declaration. */
export interface Entry {
  /** In which it was declared: the first one that fits runs. */
  order: number;
  name: string;
  /** All its names as somebody could write them, without case. */
  names: readonly string[];
  /** For people; undefined where nobody could make something of it. */
  usage: string | undefined;
  way: Way;
  isAddressed: boolean;
  options: CommandOptions & HearingOptions;
  handler: CommandHandler<never>;
}

/** Collects the declarations. After `close` there are no more. */
export interface Declarations {
  table: CommandTable;
  entries: readonly Entry[];
  close(this: void): void;
}

const OPTIONS_AND_HANDLER = 'takes a handler, with options before it if there are any';

export function createDeclarations(): Declarations {
  const entries: Entry[] = [];
  const shapes = new Set<string>();
  let isClosed = false;

  function add(entry: Omit<Entry, 'order'>): void {
    if (isClosed) {
      throw new BotServerError(
        'usage',
        `The command ${entry.name} is declared too late: declare it before commands() returns`,
      );
    }
    if (typeof entry.handler !== 'function') throw new BotServerError('usage', `${entry.name} ${OPTIONS_AND_HANDLER}`);
    const { slash } = entry.options;
    if (typeof slash === 'string') requireSlash(slash);
    entries.push({ order: entries.length, ...entry });
  }

  function claim(shape: string, shown: string): void {
    if (shapes.has(shape))
      throw new BotServerError('usage', `${shown} is declared twice; only the first would ever run`);
    shapes.add(shape);
  }

  function command(pattern: string | RegExp, ...rest: unknown[]): void {
    const { options, handler } = optionsAndHandler<CommandOptions>(rest);
    const isAddressed = options.isAddressed ?? true;
    if (typeof pattern !== 'string') return addExpression('match', pattern, { options, handler, isAddressed });
    const parts = readPattern(pattern);
    const forms = [parts, ...(options.aliases ?? []).map((alias) => renamed(parts, alias))];
    for (const form of forms)
      claim(`${isAddressed} ${JSON.stringify(form, withoutShown)}`, `The command ${usageOf(form)}`);
    const name = nameOf(parts);
    if (name === '' && typeof options.slash === 'string') {
      throw new BotServerError(
        'usage',
        `${pattern} begins with a capture, so ${options.slash} cannot stand for its name`,
      );
    }
    add({
      name: name === '' ? pattern : name,
      names: forms.flatMap(namesOf),
      usage: options.usage ?? usageOf(parts),
      way: { kind: 'pattern', forms: forms.map(formOf) },
      isAddressed,
      options,
      handler,
    });
  }

  function operator(sign: string, ...rest: unknown[]): void {
    const { options, handler } = optionsAndHandler<HearingOptions>(rest);
    if (sign === '' || /\s/.test(sign)) throw new BotServerError('usage', 'An operator is a sign without spaces');
    claim(`operator ${sign}`, `The operator ${sign}`);
    add({
      name: sign,
      names: [folded(sign)],
      usage: options.usage ?? `${sign}<expression>`,
      way: { kind: 'operator', sign },
      isAddressed: options.isAddressed ?? false,
      options,
      handler,
    });
  }

  function addExpression(
    kind: 'match' | 'scan',
    regExp: RegExp,
    {
      options,
      handler,
      isAddressed,
    }: { options: CommandOptions & HearingOptions; isAddressed: boolean } & Pick<Entry, 'handler'>,
  ): void {
    const flags = regExp.flags.replace(/[gy]/g, '') + (kind === 'scan' ? 'g' : '');
    const expression = expressionOf(new RegExp(regExp.source, flags));
    claim(`${kind} ${isAddressed} ${options.within} ${String(expression.regExp)}`, `The expression ${String(regExp)}`);
    add({
      name: options.usage ?? String(regExp),
      names: options.usage === undefined ? [] : [folded(options.usage)],
      usage: options.usage,
      way: { kind, expression, within: options.within ?? 'text' },
      isAddressed,
      options,
      handler,
    });
  }

  const hearing =
    (kind: 'match' | 'scan') =>
    (pattern: RegExp, ...rest: unknown[]): void => {
      const { options, handler } = optionsAndHandler<HearingOptions>(rest);
      addExpression(kind, pattern, { options, handler, isAddressed: options.isAddressed ?? false });
    };

  return {
    table: { command, operator, match: hearing('match'), scan: hearing('scan') } as CommandTable,
    entries,
    close() {
      isClosed = true;
    },
  };
}

/** However its words are written. */
const withoutShown = (key: string, value: unknown) => (key === 'shown' ? undefined : value);

function optionsAndHandler<Options extends object>(
  rest: readonly unknown[],
): { options: Options } & Pick<Entry, 'handler'> {
  const [options, handler] = rest.length > 1 ? rest : [{}, rest[0]];
  return { options: options as Options, handler: handler as Entry['handler'] };
}

/** Slack's limits. (https://docs.slack.dev/reference/app-manifest) */
export function requireSlash(command: string): void {
  if (/^\/[^\s/]{1,31}$/.test(command) && command === command.toLowerCase()) return;
  throw new BotServerError(
    'usage',
    `A slash command is a slash and 1 to 31 characters without spaces and capitals; got ${JSON.stringify(command)}`,
  );
}

function formOf(parts: readonly Part[]): Form {
  return { leading: leadingOf(parts), matcher: matcherOf(parts) };
}

function leadingOf(parts: readonly Part[]): (readonly string[])[] {
  const leading: (readonly string[])[] = [];
  for (const part of parts) {
    if (part.kind !== 'literal') break;
    leading.push(part.words);
  }
  return leading;
}

/** Every way to write the name; alternatives multiply, and a few are enough. */
const MOST_NAMES = 20;

function namesOf(parts: readonly Part[]): string[] {
  let names = [''];
  for (const words of leadingOf(parts)) {
    names = names.flatMap((name) => words.map((word) => (name === '' ? word : `${name} ${word}`))).slice(0, MOST_NAMES);
  }
  return names.filter((name) => name !== '');
}
