/** Blocks in a modal or a Home tab: elements tell the app with the view, fields are kept until it is sent. */
import type { ViewInfo } from '../../../src/interactivity/action-info.ts';
import { type Json, wordOf } from '../render/json.ts';
import type { ChosenValue, Surface } from '../render/surface.ts';
import { act } from '../sim.ts';
import { optionsIn } from './message.tsx';

export interface ViewForm {
  /** What was entered, by `block/action`. */
  entered: Readonly<Record<string, ChosenValue>>;
  readonly enter: (key: string, value: ChosenValue) => void;
}

export function viewSurface({ id, app, view, errors }: ViewInfo, form?: ViewForm): Surface {
  const state = ((view.state as Json | undefined)?.values ?? {}) as Record<string, Record<string, Json>>;
  const place = { app, viewId: id };
  return {
    held(blockId, actionId) {
      const entered = form?.entered[`${blockId}/${actionId}`];
      const held = state[blockId]?.[actionId];
      return entered === undefined ? held : asHeld(entered, held);
    },
    dispatch: ({ blockId, actionId }, value) =>
      act({
        kind: 'block_action',
        ...place,
        actionId: `${blockId}/${actionId}`,
        ...(value !== undefined && { value }),
      }),
    keep: ({ blockId, actionId }, value) => form?.enter(`${blockId}/${actionId}`, value),
    async options({ blockId, actionId }, typed) {
      return optionsIn(await act({ kind: 'options', ...place, actionId: `${blockId}/${actionId}`, value: typed }));
    },
    errors,
    isDisabled: false,
  };
}

/** What was entered, in the place where the element looks for it. */
function asHeld(entered: ChosenValue, held: Json | undefined): Json {
  const type = wordOf(held?.type);
  const option = (value: unknown) =>
    typeof value === 'string' ? { value, text: { type: 'plain_text', text: value } } : value;
  const list = Array.isArray(entered) ? entered : [entered];
  if (/^multi_(static|external)/.test(type) || type === 'checkboxes')
    return { type, selected_options: list.map(option) };
  if (type.startsWith('multi_'))
    return { type, [`selected_${type.replace('multi_', '').replace('_select', '')}`]: list };
  if (type === 'static_select' || type === 'external_select' || type === 'radio_buttons')
    return { type, selected_option: option(entered) };
  const pick = /^(user|conversation|channel)s_select$/.exec(type)?.[1];
  if (pick) return { type, [`selected_${pick}`]: entered };
  const part = { datepicker: 'selected_date', timepicker: 'selected_time', datetimepicker: 'selected_date_time' }[type];
  return part ? { type, [part]: entered } : { type, value: entered };
}
