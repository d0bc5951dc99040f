/** functions.complete*: an app ends a step of a workflow that it carried out. */
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { jsonObject, text } from '../../wire/arguments.ts';
import { parameterProblems } from '../../workspace/function-runs.ts';
import type { FunctionRun } from '../../workspace/model.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const runArgument = text.required({ invalid: 'function_execution_not_found' });

export const functionMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'functions.completeSuccess',
    tier: 3,
    args: { function_execution_id: runArgument, outputs: jsonObject.required() },
    run(call, args) {
      const run = runningRun(call, args.function_execution_id);
      if (isRefusal(run)) return run;
      const problems = parameterProblems(run.definition.outputs, args.outputs);
      if (problems.length > 0) {
        const messages = problems.map((problem) => `[ERROR] ${problem}`);
        return refuse('parameter_validation_failed', { response_metadata: { messages } });
      }
      return completed(call, run, { outputs: args.outputs });
    },
  }),
  teamMethod({
    name: 'functions.completeError',
    tier: 3,
    args: { function_execution_id: runArgument, error: text.required() },
    run(call, args) {
      const run = runningRun(call, args.function_execution_id);
      return isRefusal(run) ? run : completed(call, run, { error: args.error });
    },
  }),
];

function runningRun({ world, team, app }: TeamCall, id: string): FunctionRun | Refusal {
  const run = world.functionRuns.find(id);
  if (run?.team !== team) return refuse('function_execution_not_found');
  if (run.app !== app) return refuse('access_denied');
  return run.status === 'running' ? run : refuse('execution_not_in_running_state');
}

function completed(
  { world }: TeamCall,
  run: FunctionRun,
  outcome: Parameters<TeamCall['world']['functionRuns']['complete']>[1],
): Answer {
  world.functionRuns.complete(run, outcome);
  return { ok: true };
}
