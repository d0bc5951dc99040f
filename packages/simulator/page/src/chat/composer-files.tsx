/** Files that go out with the next message: chosen, dropped on the conversation or pasted, until they are sent or taken out. */
import { signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { bytes, plainName, toast } from 'ui-kit';
import { isTooLarge, MOST_BYTES } from '../file-content.ts';
import { Icon } from '../icon.tsx';

/** Slack's own limit of a message. (https://slack.com/help/articles/201330736) */
const MOST_FILES = 10;
/** What one request to the simulator carries, in bytes. */
const MOST_TOGETHER_BYTES = 32 * 1_024 * 1_024;

/** By the place of the draft: they wait there while somebody looks at another conversation. */
const waiting = signal<ReadonlyMap<string, readonly File[]>>(new Map());

const NONE: readonly File[] = [];

export interface ComposerFiles {
  files: readonly File[];
  readonly add: (files: Iterable<File>) => void;
  readonly keep: (files: readonly File[]) => void;
  /** What could not be sent stands before what was added meanwhile. */
  readonly putBack: (files: readonly File[]) => void;
}

/** @param place Where the message is written: team, person, conversation, thread */
export function useComposerFiles(place: string): ComposerFiles {
  const files = waiting.value.get(place) ?? NONE;
  const waitingHere = () => waiting.peek().get(place) ?? NONE;
  const keep = (kept: readonly File[]) => {
    waiting.value = new Map([...waiting.peek(), [place, kept]]);
  };
  return {
    files,
    keep,
    add: (added) => keep(withinLimits([...waitingHere()], added)),
    putBack: (unsent) => keep(withinLimits([...unsent], waitingHere())),
  };
}

/** Those that fit; of the others it is said why they do not. */
function withinLimits(kept: File[], added: Iterable<File>): readonly File[] {
  for (const file of added) {
    const sizeBytes = kept.reduce((sum, { size }) => sum + size, file.size);
    if (isTooLarge(file)) continue;
    if (kept.length >= MOST_FILES)
      toast(`A message can have ${MOST_FILES} files: ${plainName(file)} was not added.`, 'warn');
    else if (sizeBytes > MOST_TOGETHER_BYTES)
      toast(
        `With ${plainName(file)} the message would have ${bytes(sizeBytes)}: ${bytes(MOST_TOGETHER_BYTES)} can be sent at once here.`,
        'bad',
      );
    else kept.push(file);
  }
  return kept;
}

/** The files over the text, each with a way to take it out. */
export function FileChips({ files, onKeep }: { files: readonly File[]; onKeep: ComposerFiles['keep'] }) {
  if (files.length === 0) return null;
  return (
    <ul class="composer-files" aria-label="Files to send">
      {files.map((file, index) => (
        <li key={index} class="file-chip">
          <span class="ellipsis" title={plainName(file)}>
            {plainName(file)}
          </span>
          <span class="small soft nowrap">{bytes(file.size)}</span>
          <button
            type="button"
            aria-label={`Remove ${plainName(file)}`}
            onClick={() => onKeep(files.filter((one) => one !== file))}
          >
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}

export function AttachFiles({ onAdd }: { onAdd: ComposerFiles['add'] }) {
  const input = useRef<HTMLInputElement>(null);
  const label = `Share files, up to ${bytes(MOST_BYTES)} each`;
  return (
    <>
      <button
        type="button"
        class="button quiet icon"
        aria-label={label}
        title={label}
        onClick={() => input.current?.click()}
      >
        <Icon name="attach" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onAdd(currentTarget.files ?? []);
          currentTarget.value = '';
        }}
      />
    </>
  );
}

/** Files that are dropped anywhere on the conversation or the thread are for its composer. @returns whether some hang over it */
export function useDrops(form: RefObject<HTMLElement | null>, onAdd: ComposerFiles['add']): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onAdd);
  latest.current = onAdd;
  useEffect(() => {
    const area = form.current?.closest<HTMLElement>('.conversation, .pane');
    if (!area) return undefined;
    const listening = new AbortController();
    const on = (type: 'dragover' | 'dragleave' | 'drop', take: (event: DragEvent) => void) =>
      area.addEventListener(type, take, { signal: listening.signal });
    on('dragover', (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    });
    on('dragleave', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && area.contains(relatedTarget))) setOver(false);
    });
    on('drop', (event) => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      latest.current(event.dataTransfer?.files ?? []);
    });
    return () => listening.abort();
  }, []);
  return isOver;
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}

/** A file that is dropped beside the conversation would be opened in place of the page. */
export function useNoStrayDrops(): void {
  useEffect(() => {
    const refuse = (event: DragEvent) => {
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'none';
    };
    addEventListener('dragover', refuse);
    addEventListener('drop', refuse);
    return () => {
      removeEventListener('dragover', refuse);
      removeEventListener('drop', refuse);
    };
  }, []);
}
