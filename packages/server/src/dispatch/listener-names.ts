/**
 * What listeners are called for operators: with what they were added and where, `message("hi") at bot.ts:12:5`. Bolt keeps chains of
 * functions without a name; the methods of the App that add them are watched here.
 */
import type { App } from '@slack/bolt';
import { placeOfError } from './error-place.ts';

/** Those that add a chain of listeners; what they are told first says which events they are for. */
const METHODS = ['message', 'event', 'action', 'command', 'shortcut', 'view', 'options', 'function'] as const;

/** As long as a line has room for. */
const MAX_CONSTRAINT = 60;

type Adder = (...args: unknown[]) => unknown;

/** Answers what gives the name of a chain that is being added right now. */
export function watchListenerNames(app: App): () => string {
  let adding = 'a listener';
  for (const method of METHODS) {
    const add = (app[method] as Adder).bind(app);
    (app as unknown as Record<string, Adder>)[method] = (...args) => {
      const before = adding;
      adding = nameOf(method, args);
      try {
        return add(...args);
      } finally {
        adding = before;
      }
    };
  }
  return () => {
    const place = placeOfError(new Error('where a listener is added'));
    return place === null ? adding : `${adding} at ${place}`;
  };
}

function nameOf(method: string, [first]: readonly unknown[]): string {
  if (first === undefined || typeof first === 'function') return method;
  const constraint = first instanceof RegExp ? String(first) : jsonOf(first);
  return `${method}(${constraint.slice(0, MAX_CONSTRAINT)})`;
}

/** A constraint is a text, or an object of texts and patterns; what is neither is told by its kind. */
function jsonOf(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_name, part: unknown) => (part instanceof RegExp ? String(part) : part)) ?? typeof value
    );
  } catch {
    return typeof value;
  }
}
