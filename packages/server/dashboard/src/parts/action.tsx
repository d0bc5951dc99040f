/** Something an operator does: asks first where many feel it, says what happens next, and shows the same on the command line. */
import { useState } from 'preact/hooks';
import { CopyButton, confirmed, type Question, toast } from 'ui-kit';
import { readAgain } from '../live.ts';
import { api, mayOperate, noteRefusal } from '../session.ts';

export interface ActionProps {
  label: string;
  path: string;
  body?: object;
  question?: Question;
  tone?: 'primary' | 'danger' | 'quiet';
  /** The same as a command: `teams restart T1`. */
  cli?: string;
  isDisabled?: boolean;
  title?: string;
  readonly onDone?: (answer: unknown) => void;
}

/** Does it, and tells how it went. Undefined: it was refused or not wanted. */
export async function act(
  path: string,
  { body = {}, question }: Pick<ActionProps, 'body' | 'question'>,
): Promise<unknown> {
  if (question && !(await confirmed(question))) return undefined;
  try {
    const answer = await api.post<{ next?: string }>(path, body);
    toast(answer.next ?? 'Done.');
    readAgain();
    return answer;
  } catch (error) {
    noteRefusal(error);
    toast((error as Error).message, 'bad');
    return undefined;
  }
}

/** Hidden from those who may only read. */
export function Action({ label, path, body, question, tone, cli, isDisabled = false, title, onDone }: ActionProps) {
  const [isBusy, setBusy] = useState(false);
  if (!mayOperate.value) return null;
  const run = async () => {
    setBusy(true);
    const answer = await act(path, { ...(body && { body }), ...(question && { question }) });
    setBusy(false);
    if (answer !== undefined) onDone?.(answer);
  };
  return (
    <span class="action">
      <button type="button" class={`button ${tone ?? ''}`} disabled={isBusy || isDisabled} title={title} onClick={run}>
        {isBusy ? 'Working …' : label}
      </button>
      {cli && <CopyButton text={`slack-bot-server ${cli}`} label="CLI" title={`Copy: slack-bot-server ${cli}`} />}
    </span>
  );
}
