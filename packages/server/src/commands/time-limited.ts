/**
 * Runs an author's regular expressions on what anybody may write. V8 takes exponential time for some pairs of the two, during which the
 * whole process stands still; inside a `vm` it can be ended. That costs a thread, about 0.1 ms to 1 ms, so it is for those that may need it.
 */
import { createContext, Script } from 'node:vm';
import { type Cost, costOf, worstSteps } from './expression-cost.ts';

/** For each expression, in milliseconds: a hundred times what a useful one takes on the longest message. */
export const LIMIT_MS = 100;

/** An expression that cannot take more steps runs as it is: V8 does about 100 a microsecond. */
const HARMLESS_STEPS = 1_000_000;

/** An expression that may be put to any text. */
export interface Expression {
  regExp: RegExp;
  cost: Cost;
}

export function expressionOf(regExp: RegExp): Expression {
  return { regExp, cost: costOf(regExp) };
}

/** All matches of an expression with the flag `g`, else at most one. */
export type Finding = RegExpExecArray[] | 'out of time';

/** Answers the matches. */
export function ask(expression: Expression, text: string, limitMs = LIMIT_MS): Finding {
  if (worstSteps(expression.cost, text.length) <= HARMLESS_STEPS) return matchesOf(expression, text);
  let found: Finding = 'out of time';
  sandbox.run = () => {
    found = matchesOf(expression, text);
  };
  try {
    script.runInContext(context(), { timeout: limitMs });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
  } finally {
    sandbox.run = nothing;
  }
  return found;
}

function matchesOf({ regExp }: Expression, text: string): RegExpExecArray[] {
  regExp.lastIndex = 0;
  if (regExp.global) return Array.from(text.matchAll(regExp)) as RegExpExecArray[];
  const match = regExp.exec(text);
  return match ? [match] : [];
}

const nothing = (): void => {};
const sandbox: { run: () => void } = { run: nothing };
const script = new Script('run()');
let made: ReturnType<typeof createContext> | undefined;

/** A context takes a millisecond to make: only for those who need it. */
function context(): ReturnType<typeof createContext> {
  made ??= createContext(sandbox);
  return made;
}
