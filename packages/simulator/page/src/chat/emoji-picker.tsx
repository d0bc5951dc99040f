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

export function EmojiPicker({ onPick, onClose }: { onPick: (name: string) => void; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const names = typed === '' ? USUAL : emojiNamed(typed.toLowerCase(), MOST_SHOWN);
  const pick = (name: string) => {
    onPick(name);
    onClose();
  };
  return (
    <div
      class="emoji-picker"
      role="dialog"
      aria-label="Choose an emoji"
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <input
        ref={input}
        class="input"
        type="search"
        list={undefined}
        placeholder="Find an emoji"
        aria-label="Find an emoji"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && names[0] && pick(names[0])}
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
