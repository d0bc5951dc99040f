/** What an agent is doing: plan and task_card. (https://docs.slack.dev/reference/block-kit/blocks/task-card-block) */
import { isJson, type Json, listOf, textOf, wordOf } from './json.ts';
import { Anchor } from './mentions.tsx';
import { RichText } from './rich-text.tsx';

const SIGNS: Readonly<Record<string, string>> = { pending: '○', in_progress: '◔', complete: '✓', error: '✕' };

export function Plan({ block }: { block: Json }) {
  const tasks = listOf(block.tasks);
  return (
    <section class="plan" aria-label={textOf(block.title) || 'Plan'}>
      <strong>{textOf(block.title)}</strong>
      {tasks.map((task, index) => (
        <TaskCard key={wordOf(task.task_id, index)} task={task} />
      ))}
    </section>
  );
}

export function TaskCard({ task }: { task: Json }) {
  const status = wordOf(task.status, 'pending');
  const parts = [task.details, task.output].filter(isJson);
  const sources = listOf(task.sources);
  return (
    <details class={`task task-${status}`} open={status === 'in_progress' && parts.length > 0}>
      <summary>
        <span class="task-sign" aria-hidden="true">
          {SIGNS[status] ?? '○'}
        </span>{' '}
        {textOf(task.title)} <span class="sr-only">{status.replaceAll('_', ' ')}</span>
      </summary>
      {parts.map((part, index) => (
        <div key={index} class="task-part">
          <RichText elements={listOf(part.elements)} />
        </div>
      ))}
      {sources.map((source, index) => (
        <p key={index} class="small">
          <Anchor url={wordOf(source.url)}>{textOf(source.text) || wordOf(source.url)}</Anchor>
        </p>
      ))}
    </details>
  );
}
