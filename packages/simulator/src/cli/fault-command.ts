/** `slack-simulator fault`: breaks things, and mends them. */
import { Argument, type Command } from 'commander';
import { SimulatorError } from '../errors.ts';
import { type FaultRequest, faultSchema } from '../faults/fault.ts';
import type { FaultInfo } from '../faults/fault-info.ts';
import {
  type CliProcess,
  controlOf,
  nameValue,
  print,
  type RemoteOptions,
  said,
  wholeNumber,
  withRemote,
} from './command-io.ts';
import { fieldProblems } from './field-problems.ts';

interface AddOptions extends RemoteOptions {
  team?: string;
  enterprise?: string;
  app?: string;
  method?: string;
  event?: string;
  count?: number;
  set?: Record<string, unknown>;
}

const kinds = faultSchema.options.map((one) => one.shape.kind.value);

export function addFault(fault: Command, io: CliProcess): void {
  withRemote(fault.command('add'))
    .description('break something')
    .addArgument(new Argument('<kind>').choices(kinds))
    .option('-t, --team <team>', 'only this workspace')
    .option('--enterprise <id>', 'the org-wide installation of this organization')
    .option('--app <id>', 'only this app')
    .option('--method <method>', 'only this method of the Web API')
    .option('--event <type>', 'only deliveries of this type')
    .option('--count <n>', 'how often, before it ends by itself', wholeNumber(1_000_000))
    .option('--set <name=value>', 'any other field of the fault; may be repeated', nameValue)
    .addHelpText('after', FAULT_EXAMPLES)
    .action((kind: string, options: AddOptions) => add(kind, options, io));
  withRemote(fault.command('list'))
    .description('the faults in force')
    .action((options: RemoteOptions) => list(options, io));
  withRemote(fault.command('remove'))
    .description('end a fault, or all with --all; held answers are sent')
    .argument('[id]', 'F…')
    .option('--all', 'every fault', false)
    .action((id: string | undefined, options: RemoteOptions & { all: boolean }) => remove(id, options, io));
  withRemote(fault.command('release'))
    .description('send the held answers of a `hold`, which stays in force')
    .argument('<id>', 'F…')
    .action((id: string, options: RemoteOptions) => release(id, options, io));
}

const FAULT_EXAMPLES = `
Examples:
  slack-simulator fault add disable_integration --team Acme
  slack-simulator fault add remove_app --enterprise E0ACME
  slack-simulator fault add rate_limit --method chat.postMessage --count 1 --set retryAfterSeconds=2`;

async function add(kind: string, options: AddOptions, io: CliProcess): Promise<void> {
  const { team, enterprise, app, method, event, count, set } = options;
  const outcome = await controlOf(options).fault(
    checked({ kind, ...said({ team, enterprise, app, method, event, count }), ...set }),
  );
  const state = outcome.isInForce ? 'in force' : 'done';
  print(io, options, outcome, `${outcome.id}  ${outcome.kind}: ${state}, ${outcome.socketsHit} sockets hit`);
}

/** @throws SimulatorError `usage` */
function checked(fault: Record<string, unknown>): FaultRequest {
  const result = faultSchema.safeParse(fault);
  if (result.success) return fault as FaultRequest;
  throw new SimulatorError('usage', fieldProblems(result.error, fault));
}

async function list(options: RemoteOptions, io: CliProcess): Promise<void> {
  const faults = await controlOf(options).faults();
  print(io, options, faults, faults.length === 0 ? 'no fault is in force' : faults.map(faultLine));
}

function faultLine({ id, kind, spec, hits, held }: FaultInfo): string {
  const { kind: _, ...fields } = spec;
  const details = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [`${id}  ${kind}`, ...details, `hits=${hits}`, ...(held > 0 ? [`held=${held}`] : [])].join(' ');
}

async function remove(
  id: string | undefined,
  options: RemoteOptions & { all: boolean },
  io: CliProcess,
): Promise<void> {
  if ((id === undefined) !== options.all) throw new SimulatorError('usage', 'Name one fault, or pass --all');
  await controlOf(options).removeFaults(id);
  print(io, options, { removed: id ?? 'all' }, id === undefined ? 'every fault has ended' : `${id} has ended`);
}

async function release(id: string, options: RemoteOptions, io: CliProcess): Promise<void> {
  const released = await controlOf(options).release(id);
  print(io, options, { released }, `${released} held answers sent`);
}
