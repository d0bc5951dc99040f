/** What an interactive element needs to be shown and used. */
import type { Json } from './json.ts';
import type { ChosenValue } from './surface.ts';

/** What an element needs to be used. */
export interface ElementUse {
  element: Json;
  actionId: string;
  blockId: string;
  name: string;
  held: Json | undefined;
  isDisabled: boolean;
  readonly change: (value: ChosenValue) => void;
}
