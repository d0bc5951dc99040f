/** Questions from process to process about what they remember, in rows. A question lives for seconds; its answers go with it. */
import type { Queries, Statements, Store } from '../store/store.ts';
import type { MemoryAnswer, MemoryQuestion } from './question.ts';

/** Questions at a time; more are not asked, or whoever may only read could fill the table. */
export const MOST_QUESTIONS = 50;

/** Answers its number; undefined when too many are open. */
export async function askQuestion(
  store: Store,
  question: MemoryQuestion,
  { nowMs, diesMs }: { nowMs: number; diesMs: number },
): Promise<number | undefined> {
  await store.run('delete from memory_question where dies_at_ms < $1', [Math.floor(nowMs)]);
  const row = await store.get(
    `insert into memory_question (dies_at_ms, question)
     select cast($1 as bigint), cast($2 as text) where (select count(*) from memory_question) < $3 returning id`,
    [Math.ceil(diesMs), JSON.stringify(question), MOST_QUESTIONS],
  );
  return row && Number(row.id);
}

/** Those that a process has not answered, the oldest first. */
export async function questionsFor(reads: Queries, node: string): Promise<{ id: number; question: MemoryQuestion }[]> {
  const rows = await reads.all(
    `select id, question from memory_question where not exists (
       select 1 from memory_answer where question_id = memory_question.id and node = $1) order by id limit 20`,
    [node],
  );
  return rows.map((row) => ({ id: Number(row.id), question: JSON.parse(String(row.question)) as MemoryQuestion }));
}

/** One that is gone meanwhile takes no answer. */
export async function answerQuestion(store: Statements, id: number, answer: MemoryAnswer): Promise<void> {
  await store.run(
    `insert into memory_answer (question_id, node, answer)
     select id, cast($2 as text), cast($3 as text) from memory_question where id = $1 on conflict do nothing`,
    [id, answer.node, JSON.stringify(answer)],
  );
}

export async function answersTo(reads: Queries, id: number): Promise<MemoryAnswer[]> {
  const rows = await reads.all('select answer from memory_answer where question_id = $1 order by node', [id]);
  return rows.map((row) => JSON.parse(String(row.answer)) as MemoryAnswer);
}

/** With its answers. */
export async function forgetQuestion(store: Statements, id: number): Promise<void> {
  await store.run('delete from memory_question where id = $1', [id]);
}
