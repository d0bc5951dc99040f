/** The file_input element: files of this machine, which the app gets with the form. (https://docs.slack.dev/reference/block-kit/block-elements/file-input-element) */
import { useRef, useState } from 'preact/hooks';
import { plainName, toast } from 'ui-kit';
import { contentOf } from '../file-content.ts';
import { Icon } from '../icon.tsx';
import { act } from '../sim.ts';
import type { ElementUse } from './element-use.ts';

interface Chosen {
  id: string;
  name: string;
}

/** Slack's own limit when the app says nothing. */
const MOST_FILES = 10;

export function FileField({ use: { element, name, isDisabled, change } }: { use: ElementUse }) {
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const [isBusy, setBusy] = useState(false);
  const most = typeof element.max_files === 'number' ? element.max_files : MOST_FILES;
  const types = Array.isArray(element.filetypes) ? element.filetypes.map(String) : [];
  const keep = (files: readonly Chosen[]) => {
    setChosen(files);
    change(files.map(({ id }) => id));
  };
  const add = async (files: FileList | null) => {
    setBusy(true);
    const added: Chosen[] = [];
    for (const file of Array.from(files ?? []).slice(0, most - chosen.length)) {
      const content = await contentOf(file);
      const made = content && ((await act({ kind: 'upload_file', name: file.name, content })) as { file?: string });
      if (made?.file) added.push({ id: made.file, name: file.name });
    }
    if ((files?.length ?? 0) > most - chosen.length) toast(`The app takes ${most} at most.`, 'warn');
    setBusy(false);
    if (input.current) input.current.value = '';
    keep([...chosen, ...added]);
  };
  return (
    <div class="file-field">
      <ul class="file-chips">
        {chosen.map(({ id, name: fileName }) => (
          <li key={id} class="file-chip">
            <span class="ellipsis">{plainName({ name: fileName })}</span>
            <button
              type="button"
              aria-label={`Remove ${plainName({ name: fileName })}`}
              onClick={() => keep(chosen.filter((one) => one.id !== id))}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="kit-button"
        disabled={isDisabled || isBusy || chosen.length >= most}
        aria-label={`Choose files: ${name}`}
        onClick={() => input.current?.click()}
      >
        {isBusy ? 'Reading …' : 'Choose files'}
      </button>
      {types.length > 0 && <span class="small soft">{types.join(', ')}</span>}
      <input
        ref={input}
        type="file"
        hidden
        multiple={most > 1}
        accept={types.map((type) => `.${type}`).join(',') || undefined}
        onChange={(event) => void add(event.currentTarget.files)}
      />
    </div>
  );
}
