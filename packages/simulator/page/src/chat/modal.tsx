/** The modal on top of the stack, and dialogs of the older kind. */
import { useState } from 'preact/hooks';
import { Dialog } from 'ui-kit';
import type { DialogInfo, ViewInfo } from '../../../src/interactivity/action-info.ts';
import { Blocks } from '../render/blocks.tsx';
import { Guarded } from '../render/guarded.tsx';
import { type Json, listOf, textOf, wordOf } from '../render/json.ts';
import { type ChosenValue, SurfaceContext } from '../render/surface.ts';
import { Text } from '../render/text.tsx';
import { act, dialogs, views } from '../sim.ts';
import { viewSurface } from './view-surface.ts';

export function Modals() {
  const top = views.value.findLast(({ type }) => type === 'modal');
  const [dialog] = dialogs.value;
  if (top) return <Modal key={top.id} view={top} />;
  return dialog ? <OldDialog key={`${dialog.app} ${textOf(dialog.dialog.callback_id)}`} dialog={dialog} /> : null;
}

function Modal({ view: info }: { view: ViewInfo }) {
  const [entered, setEntered] = useState<Readonly<Record<string, ChosenValue>>>({});
  const [isBusy, setBusy] = useState(false);
  const { id, app, view } = info;
  const enter = (key: string, value: ChosenValue) => setEntered((before) => ({ ...before, [key]: value }));
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    await act({ kind: 'view_submit', app, viewId: id, values: entered });
    setBusy(false);
  };
  const close = (isCleared: boolean) => void act({ kind: 'view_close', app, viewId: id, isCleared });
  return (
    <Dialog title={textOf(view.title)} onClose={() => close(true)}>
      <form class="modal" onSubmit={submit} noValidate>
        <SurfaceContext.Provider value={viewSurface(info, { entered, enter })}>
          <Guarded>
            <Blocks blocks={listOf(view.blocks)} />
          </Guarded>
        </SurfaceContext.Provider>
        <footer>
          <button type="button" class="button" onClick={() => close(false)}>
            <Text text={view.close ?? { type: 'plain_text', text: 'Close' }} />
          </button>
          {view.submit !== null && view.submit !== undefined && (
            <button type="submit" class="button primary" disabled={isBusy || view.submit_disabled === true}>
              <Text text={view.submit} />
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

function OldDialog({ dialog: { app, dialog, values, errors } }: { dialog: DialogInfo }) {
  const [entered, setEntered] = useState<Readonly<Record<string, string>>>({});
  const submit = async (event: Event) => {
    event.preventDefault();
    await act({ kind: 'dialog_submit', app, values: entered });
  };
  return (
    <Dialog title={wordOf(dialog.title)} onClose={() => void act({ kind: 'dialog_cancel', app })}>
      <form class="stack" onSubmit={submit} noValidate>
        {listOf(dialog.elements).map((element) => {
          const name = wordOf(element.name);
          return (
            <DialogField
              key={name}
              element={element}
              value={entered[name] ?? values[name] ?? ''}
              error={errors[name]}
              onChange={(value) => setEntered((before) => ({ ...before, [name]: value }))}
            />
          );
        })}
        <footer>
          <button type="submit" class="button primary">
            {wordOf(dialog.submit_label, 'Submit')}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

interface DialogFieldProps {
  element: Json;
  value: string;
  error: string | undefined;
  readonly onChange: (value: string) => void;
}

function DialogField({ element, value, error, onChange }: DialogFieldProps) {
  const common = { class: 'input', value, placeholder: wordOf(element.placeholder) };
  return (
    <label class="field">
      <span>{wordOf(element.label, element.name)}</span>
      {element.type === 'select' ? (
        <select {...common} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">Choose</option>
          {listOf(element.options).map((option) => (
            <option key={wordOf(option.value)} value={wordOf(option.value)}>
              {wordOf(option.label)}
            </option>
          ))}
        </select>
      ) : element.type === 'textarea' ? (
        <textarea {...common} onInput={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <input {...common} type="text" list={undefined} onInput={(event) => onChange(event.currentTarget.value)} />
      )}
      {error && (
        <span class="field-error small" role="alert">
          {error}
        </span>
      )}
    </label>
  );
}
