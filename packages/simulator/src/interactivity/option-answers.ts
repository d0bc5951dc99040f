/** Reads what an app answers to a select that asks it for options. */
import { isObject } from '../content/block-kit/rules.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { ActionInfo } from './action-info.ts';

/** So many options fit. (https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload) */
const MAX_OPTIONS = 100;

/** The options that the person would see, or why there are none. `isOption` knows the form that this kind of select has. */
export function optionsOf(payload: Json | undefined, isOption: (option: Json) => boolean): Partial<ActionInfo> {
  const problems = optionProblems(payload, isOption);
  if (problems.length > 0) return { failure: 'dispatch_failed', problems };
  return { options: payload?.options, optionGroups: payload?.option_groups };
}

function optionProblems(payload: Json | undefined, isOption: (option: Json) => boolean): string[] {
  const { options, option_groups: groups } = payload ?? {};
  const given = Array.isArray(options) ? options : Array.isArray(groups) ? groups.flatMap(optionsInGroup) : undefined;
  if (!given) return ['the answer has neither options nor option_groups'];
  if (given.length > MAX_OPTIONS) return ['too many options'];
  return given.flatMap((option: unknown) =>
    isObject(option) && isOption(option) ? [] : ['an option needs text and value'],
  );
}

function optionsInGroup(group: unknown): unknown[] {
  return isObject(group) && Array.isArray(group.options) ? group.options : [undefined];
}
