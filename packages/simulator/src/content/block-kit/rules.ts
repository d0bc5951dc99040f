/**
 * The pieces of which the rules of Block Kit are made. A rule looks at a value and says what is wrong with it, in the
 * words of Slack's `response_metadata.messages`. What each block needs is in blocks.ts and elements.ts.
 */
import type { Json } from '../../workspace/slack-shapes.ts';

/** What is wrong with the value at that JSON pointer; nothing when it is right. */
export type Rule = (value: unknown, pointer: string) => readonly string[];

/** What is wrong at that place, as Slack writes it. */
export function problem(message: string, pointer: string): readonly string[] {
  return [`[ERROR] ${message} [json-pointer:${pointer}]`];
}

export const NO_PROBLEMS: readonly string[] = [];

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text of 1 to `max` characters. */
export function string(max = 3000, min = 1): Rule {
  return (value, pointer) => {
    if (typeof value !== 'string') return problem('must provide a string', pointer);
    if (value.length < min) return problem(`must be more than ${min - 1} characters`, pointer);
    return value.length > max ? problem(`must be less than ${max + 1} characters`, pointer) : NO_PROBLEMS;
  };
}

/** One of these words. */
export function word(...allowed: readonly string[]): Rule {
  return (value, pointer) =>
    typeof value === 'string' && allowed.includes(value)
      ? NO_PROBLEMS
      : problem(`invalid value: ${show(value)}`, pointer);
}

export const boolean: Rule = (value, pointer) =>
  typeof value === 'boolean' ? NO_PROBLEMS : problem('must provide a boolean', pointer);

/** A finite number, that is greater than `above` if one is named. */
export function number({ above = Number.NEGATIVE_INFINITY }: { above?: number } = {}): Rule {
  return (value, pointer) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return problem('must provide a number', pointer);
    return value > above ? NO_PROBLEMS : problem(`must be greater than ${above}`, pointer);
  };
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number): Rule {
  return (value, pointer) => {
    if (!Number.isSafeInteger(value)) return problem('must provide an integer', pointer);
    const isWithin = (value as number) >= min && (value as number) <= max;
    return isWithin ? NO_PROBLEMS : problem(`must be between ${min} and ${max}`, pointer);
  };
}

/** What the first rule says; what the others say only when it found nothing, so that they may rely on it. */
export function firstProblem(...rules: readonly Rule[]): Rule {
  return (value, pointer) => {
    for (const rule of rules) {
      const problems = rule(value, pointer);
      if (problems.length > 0) return problems;
    }
    return NO_PROBLEMS;
  };
}

export const anything: Rule = () => NO_PROBLEMS;

/** A list of `min` to `max` items. */
export function list(item: Rule, { min = 1, max }: { min?: number; max: number }): Rule {
  return (value, pointer) => {
    if (!Array.isArray(value)) return problem('must provide an array', pointer);
    if (value.length < min) return problem(`no fewer than ${min} items allowed`, pointer);
    if (value.length > max) return problem(`no more than ${max} items allowed`, pointer);
    return value.flatMap((one, index) => item(one, `${pointer}/${index}`));
  };
}

/** The members that an object must and may have. Others are ignored, because Slack adds some every year. */
export function object(required: Readonly<Record<string, Rule>>, optional: Readonly<Record<string, Rule>> = {}): Rule {
  return (value, pointer) => {
    if (!isObject(value)) return problem('must provide an object', pointer);
    return [
      ...Object.entries(required).flatMap(([name, rule]) =>
        value[name] === undefined || value[name] === null
          ? problem(`missing required field: ${name}`, `${pointer}/${name}`)
          : rule(value[name], `${pointer}/${name}`),
      ),
      ...Object.entries(optional).flatMap(([name, rule]) =>
        value[name] === undefined || value[name] === null ? NO_PROBLEMS : rule(value[name], `${pointer}/${name}`),
      ),
    ];
  };
}

/** An object whose `type` says which rule it follows. */
export function byType(rules: Readonly<Record<string, Rule>>): Rule {
  return (value, pointer) => {
    if (!isObject(value)) return problem('must provide an object', pointer);
    if (value.type === undefined) return problem('missing required field: type', `${pointer}/type`);
    const rule = typeof value.type === 'string' && Object.hasOwn(rules, value.type) ? rules[value.type] : undefined;
    return rule ? rule(value, pointer) : problem(`unsupported type: ${show(value.type)}`, `${pointer}/type`);
  };
}

/** The members of which at least one must be there. */
export function anyOf(names: readonly string[], rule: Rule): Rule {
  return (value, pointer) => {
    const hasOne = isObject(value) && names.some((name) => value[name] !== undefined);
    return hasOne ? rule(value, pointer) : problem(`missing required field: ${names.join(' or ')}`, pointer);
  };
}

/** A value in the words of a message. */
export function show(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).slice(0, 100);
}
