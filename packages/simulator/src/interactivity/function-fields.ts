/**
 * What a payload says of the function's run in whose name a message or view was shown. Without it an app could not go on with
 * its step. (slackapi/bolt-python, tests/scenario_tests/test_function.py; @slack/bolt, BlockAction)
 */
import { functionShape } from '../workspace/function-runs.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { World } from '../workspace/world.ts';

/** Nothing for what belongs to no run, and after its end (a guess). */
export function functionFields(
  world: World,
  runId: string | undefined,
  { userId, triggerId }: { userId: string; triggerId?: string | undefined },
): Json {
  const run = runId === undefined ? undefined : world.functionRuns.find(runId);
  if (run?.status !== 'running') return {};
  return {
    function_data: { execution_id: run.id, function: functionShape(run), inputs: run.inputs },
    bot_access_token: world.functionRuns.tokenOf(run).value,
    ...(triggerId !== undefined && {
      interactivity: {
        interactor: { id: userId, secret: world.secrets.note(world.ids.secret(32)) },
        interactivity_pointer: triggerId,
      },
    }),
  };
}
