/** Something an operator does: asks first where many feel it, says what happens next, and shows the same on the command line. */
import { useState } from 'preact/hooks';
import { CopyButton, confirmed, type Question, toast } from 'ui-kit';
import { readAgain } from '../live.ts';
import { api, mayOperate, noteRefusal } from '../session.ts';

export interface ActionProps {
  label: string;
  path: string;
  body?: object;
  /** Asked first. Where it says for how many, it is made when somebody presses; a text tells why there is nothing to ask for. */
  question?: Question | (() => Promise<Question | string>) | undefined;
  tone?: 'primary' | 'danger' | 'quiet';
  /** The same as a command: `teams restart T1`. */
  cli?: string;
  isDisabled?: boolean;
  title?: string | undefined;
  readonly onDone?: (answer: unknown) => void;
}

/** Does it, and tells how it went. Undefined: it was refused. */
async function act(path: string, body: object = {}): Promise<unknown> {
  try {
    const answer = await api.post<{ next?: string }>(path, body);
    toast(answer.next ?? 'Done.');
    readAgain();
    return answer;
  } catch (error) {
    refused(error);
    return undefined;
  }
}

/** The question as it is now; undefined where there is nothing to ask for, which was said. */
async function made(question: () => Promise<Question | string>): Promise<Question | undefined> {
  try {
    const words = await question();
    if (typeof words !== 'string') return words;
    toast(words, 'bad');
  } catch (error) {
    refused(error);
  }
  return undefined;
}

function refused(error: unknown): void {
  noteRefusal(error);
  toast((error as Error).message, 'bad');
}

/** Hidden from those who may only read. */
export function Action({ label, path, body, question, tone, cli, isDisabled = false, title, onDone }: ActionProps) {
  const [isBusy, setBusy] = useState(false);
  if (!mayOperate.value) return null;
  const busily = async <Answer,>(work: () => Promise<Answer>): Promise<Answer> => {
    setBusy(true);
    const answer = await work();
    setBusy(false);
    return answer;
  };
  const run = async () => {
    if (isBusy) return;
    const asked = typeof question === 'function' ? await busily(() => made(question)) : question;
    if (question && !(asked && (await confirmed(asked)))) return;
    const answer = await busily(() => act(path, body));
    if (answer !== undefined) onDone?.(answer);
  };
  return (
    <span class="action">
      <button
        type="button"
        class={`button ${tone ?? ''}`}
        disabled={isDisabled}
        // A button that is disabled would lose the focus of who works by keyboard.
        aria-disabled={isBusy}
        title={title}
        onClick={run}
      >
        {isBusy ? 'Working …' : label}
      </button>
      {cli && <CopyButton text={`slack-bot-server ${cli}`} label="CLI" title={`Copy: slack-bot-server ${cli}`} />}
    </span>
  );
}
