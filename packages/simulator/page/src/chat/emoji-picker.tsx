/** Finds an emoji by its name. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { emojiNamed } from '../emoji.ts';
import { Emoji } from '../render/emoji.tsx';
import { InertContext } from '../render/picture.tsx';

const USUAL = [
  '+1',
  'white_check_mark',
  'eyes',
  'heart',
  'tada',
  'joy',
  'raised_hands',
  'wave',
  'thinking_face',
  'rocket',
  'fire',
  'x',
];
const MOST_SHOWN = 80;

export interface EmojiPickerProps {
  readonly onPick: (name: string) => void;
  /** Chosen or given up; the focus goes back to where it was. */
  readonly onClose: () => void;
  /** Somebody went on to something else. */
  readonly onLeave: () => void;
}

export function EmojiPicker({ onPick, onClose, onLeave }: EmojiPickerProps) {
  const [typed, setTyped] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const names = typed === '' ? USUAL : emojiNamed(typed.toLowerCase(), MOST_SHOWN);
  const pick = (name: string) => {
    onPick(name);
    onClose();
  };
  const leave = ({ relatedTarget, currentTarget }: FocusEvent) => {
    const tools = (currentTarget as HTMLElement).parentElement;
    // Another window is nothing else to do here.
    if (document.hasFocus() && !tools?.contains(relatedTarget as Node | null)) onLeave();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const first = event.target === input.current ? names[0] : undefined;
    const isPicked = event.key === 'Enter' && first !== undefined;
    if (event.key !== 'Escape' && !isPicked) return;
    // Where the focus goes, the same key would press a button.
    event.preventDefault();
    if (isPicked) pick(first);
    else onClose();
  };
  return (
    <div class="emoji-picker" role="dialog" aria-label="Choose an emoji" onFocusOut={leave} onKeyDown={onKeyDown}>
      <input
        ref={input}
        class="input"
        type="search"
        list={undefined}
        placeholder="Find an emoji"
        aria-label="Find an emoji"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <div class="emoji-grid">
        {names.map((name) => (
          <button key={name} type="button" title={`:${name}:`} aria-label={name} onClick={() => pick(name)}>
            <InertContext.Provider value>
              <Emoji name={name} />
            </InertContext.Provider>
          </button>
        ))}
      </div>
    </div>
  );
}
