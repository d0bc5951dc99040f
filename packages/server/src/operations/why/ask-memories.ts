/** Asks the running servers what they remember: this process itself, if it is one, and all others through rows. */
import type { MemoryAnswer, MemoryQuestion } from '../../history/question.ts';
import { answersTo, askQuestion, forgetQuestion } from '../../history/question-repository.ts';
import type { ToldProcess } from '../../reports/process-report.ts';
import { selectProcesses } from '../../reports/report-repository.ts';
import type { RunContext } from '../operation.ts';
import { pollRows } from '../polling.ts';
import type { AskedProcess } from './evidence.ts';

/** Servers look for questions each second; one that says nothing for so long is busy or gone. In milliseconds. */
const ANSWER_WAIT_MS = 4_000;
/** Then whoever asked is gone as well, should it have died meanwhile. */
const QUESTION_LIFE_MS = 30_000;

type MemoryContext = Pick<
  RunContext,
  'store' | 'reads' | 'clock' | 'signal' | 'recall' | 'describeSelf' | 'findServer'
>;

export async function askMemories(context: MemoryContext, question: MemoryQuestion): Promise<AskedProcess[]> {
  const { recall } = context;
  const own = recall?.(question);
  const processes = await runningProcesses(context);
  const others = processes.filter(({ node }) => node !== own?.node);
  const asked = others.map(({ node }) => node);
  const answers = new Map((await askOthers(context, question, asked)).map((answer) => [answer.node, answer]));
  if (own) answers.set(own.node, own);
  const listed = processes.map(({ node, startedAtMs, transport, connections, toldAtMs }) =>
    asProcess(answers.get(node), { node, startedAtMs, transport, connections, toldAtMs }),
  );
  const unlisted = [...answers.values()].filter(({ node }) => !processes.some((one) => one.node === node));
  return [
    ...listed,
    ...unlisted.map((answer) => asProcess(answer, { node: answer.node, startedAtMs: null, transport: null })),
  ];
}

/** What this process told of itself may be half a minute old, and just after its start there is no row of it. */
async function runningProcesses({ reads, clock, describeSelf }: MemoryContext): Promise<ToldProcess[]> {
  const told = await selectProcesses(reads, clock.now());
  const self = describeSelf?.();
  if (!self) return told;
  // SQLite is held by one process at a time: the others were killed.
  return reads.engine === 'sqlite' ? [self] : [...told.filter(({ node }) => node !== self.node), self];
}

/** Until each of them answered: this process finds its own question as well, and its answer is not what is waited for. */
async function askOthers(
  context: MemoryContext,
  question: MemoryQuestion,
  nodes: readonly string[],
): Promise<MemoryAnswer[]> {
  const { store, clock } = context;
  if (nodes.length === 0) return [];
  const nowMs = clock.now();
  const id = await askQuestion(store, question, { nowMs, diesMs: nowMs + QUESTION_LIFE_MS });
  if (id === undefined) return [];
  try {
    return await pollRows(context, {
      read: () => answersTo(store, id),
      isEnough: (answers) => nodes.every((node) => answers.some((answer) => answer.node === node)),
      limitMs: ANSWER_WAIT_MS,
    });
  } finally {
    await forgetQuestion(store, id);
  }
}

function asProcess(answer: MemoryAnswer | undefined, process: Omit<AskedProcess, 'answer' | 'reach'>): AskedProcess {
  return { ...process, answer, reach: answer?.reach };
}
