/** What keys do, and the list of it that `?` shows. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Dialog } from 'ui-kit';
import { closePanel, goTo, panel } from './place.ts';
import { goBackSeat, goToNextPerson, goToNextTeam, goToTeam } from './seats.ts';

const isListOpen = signal(false);

export function openKeyList(): void {
  isListOpen.value = true;
}

const KEYS: readonly (readonly [string, string])[] = [
  ['Alt 1 … 9', 'The workspace of that number, as who you were there'],
  ['Alt W', 'The next workspace'],
  ['Alt P', 'The next person'],
  ['Alt Q', 'Who you were before, and back'],
  ['Ctrl K', 'Jump to a conversation, or a pasted link'],
  ['Ctrl /', 'Search the messages'],
  ['Alt ↑  Alt ↓', 'The conversation above or below'],
  ['Alt M', 'Write: the field of the conversation'],
  ['J  K', 'The next or previous message, in the list of messages'],
  ['E  R  T  X', 'On a message: edit, react, thread, what came of it'],
  ['Alt N', 'Notifications'],
  ['Alt T', 'Traffic'],
  ['Alt A', 'Apps'],
  ['Alt B', 'Break it'],
  ['Alt S', 'Session: export it as a seed or a test'],
  ['Esc', 'Close the pane'],
  ['?', 'This list'],
];

export function KeyList() {
  if (!isListOpen.value) return null;
  return (
    <Dialog title="Keys" onClose={() => (isListOpen.value = false)}>
      <dl class="key-list">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <footer>
        <button type="button" class="button primary" onClick={() => (isListOpen.value = false)}>
          Close
        </button>
      </footer>
    </Dialog>
  );
}

type Panels = 'notes' | 'log' | 'app' | 'faults' | 'session';

function toggle(name: Panels): void {
  goTo({ panel: panel.peek() === name ? undefined : name, about: undefined, thread: undefined });
}

const WITH_ALT: Readonly<Record<string, () => void>> = {
  w: goToNextTeam,
  p: goToNextPerson,
  q: goBackSeat,
  m: () => document.querySelector<HTMLElement>('.conversation .composer textarea')?.focus(),
  n: () => toggle('notes'),
  t: () => toggle('log'),
  a: () => toggle('app'),
  b: () => toggle('faults'),
  s: () => toggle('session'),
  arrowup: () => stepConversation(-1),
  arrowdown: () => stepConversation(1),
};

/** What a message's own buttons are called, by the key that presses them. */
const ON_MESSAGE: Readonly<Record<string, string>> = {
  e: 'Edit',
  r: 'Add a reaction',
  t: 'Reply in thread',
  x: 'What came of it',
};

export function useShortcuts(): void {
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const run = actionOf(event);
  if (!run) return;
  event.preventDefault();
  run();
}

function actionOf(event: KeyboardEvent): (() => void) | undefined {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === 'k') return () => document.getElementById('jump')?.focus();
    return key === '/' ? () => goTo({ panel: 'search', about: undefined, thread: undefined }) : undefined;
  }
  // By the place of the key: with Alt some keyboards write other letters.
  if (event.altKey) {
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (digit) return () => goToTeam(Number(digit) - 1);
    return WITH_ALT[/^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? key];
  }
  if (document.querySelector('dialog[open]')) return undefined;
  if (key === 'escape') return panel.peek() && !isWriting() ? closePanel : undefined;
  if (isWriting()) return undefined;
  return key === '?' ? openKeyList : onMessages(key);
}

function isWriting(): boolean {
  const { activeElement } = document;
  return activeElement instanceof HTMLElement && activeElement.matches('input, textarea, select');
}

/** Without a field around it, letters are for the list of messages. */
function onMessages(key: string): (() => void) | undefined {
  const here = document.activeElement?.closest('.message');
  const name = ON_MESSAGE[key];
  if (name && here) return () => here.querySelector<HTMLElement>(`.message-tools [aria-label="${name}"]`)?.click();
  if (key !== 'j' && key !== 'k') return undefined;
  return () => {
    const list = document.activeElement?.closest('ol') ?? document.querySelector('.messages ol');
    const all = [...(list?.querySelectorAll<HTMLElement>('.message') ?? [])];
    const at = here instanceof HTMLElement ? all.indexOf(here) : all.length;
    all[Math.min(all.length - 1, Math.max(0, at + (key === 'j' ? 1 : -1)))]?.focus();
  };
}

function stepConversation(step: number): void {
  const all = [...document.querySelectorAll<HTMLAnchorElement>('.sidebar a.sidebar-line')];
  const at = all.findIndex((one) => one.hasAttribute('aria-current'));
  all[(at + step + all.length) % all.length]?.click();
}
