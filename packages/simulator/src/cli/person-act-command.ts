/** `slack-simulator trigger act`: what a person does besides writing and using apps. */
import { Argument, type Command } from 'commander';
import { type PersonAct, personActBody } from '../control/person-act-schemas.ts';
import { SimulatorError } from '../errors.ts';
import {
  type CliProcess,
  controlOf,
  nameValue,
  print,
  type RemoteOptions,
  said,
  teamFor,
  withRemote,
} from './command-io.ts';
import { fieldProblems } from './field-problems.ts';

interface ActOptions extends RemoteOptions {
  team?: string;
  user?: string;
  channel?: string;
  ts?: string;
  set?: Record<string, unknown>;
}

const acts = personActBody.options.map((one) => one.shape.kind.value);

export function addPersonAct(trigger: Command, io: CliProcess): void {
  withRemote(trigger.command('act'))
    .description('a person joins, leaves, edits, reacts, shares a file, changes a status …')
    .addArgument(new Argument('<kind>').choices(acts))
    .option('-t, --team <team>', 'id, domain or name of the workspace (default: the first one)')
    .option('-u, --user <user>', 'who, by id or name (default: the first person)')
    .option('-c, --channel <channel>', 'id or name')
    .option('--ts <ts>', 'of the message')
    .option('--set <name=value>', 'any other field of the act; may be repeated', nameValue)
    .addHelpText('after', '\nExample:\n  slack-simulator trigger act react -c general --ts 1.2 --set emoji=wave')
    .action((kind: string, options: ActOptions) => perform(kind, options, io));
}

async function perform(kind: string, options: ActOptions, io: CliProcess): Promise<void> {
  const control = controlOf(options);
  const team = await teamFor(control, options.team);
  const { user, channel, ts, set } = options;
  const info = await control.act(checked({ kind, team: team.id, ...said({ user, channel, ts }), ...set }));
  print(io, options, info, `✓ ${kind} by ${info.user}${info.channel === undefined ? '' : ` in ${info.channel}`}`);
}

/** @throws SimulatorError `usage` */
function checked(act: Record<string, unknown>): PersonAct {
  const result = personActBody.safeParse(act);
  if (result.success) return act as PersonAct;
  throw new SimulatorError('usage', fieldProblems(result.error, act));
}
