/** Where blocks stand, and what is done when somebody uses one of their elements. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Json } from './json.ts';

export type ChosenValue = string | readonly string[] | Json;

export interface Surface {
  /** What an element holds, as Slack has it in `state.values`. */
  readonly held: (blockId: string, actionId: string) => Json | undefined;
  /** An element that tells the app at once. */
  readonly dispatch: (element: { blockId: string; actionId: string }, value?: ChosenValue) => Promise<unknown>;
  /** A field of a form: kept until it is sent. */
  readonly keep: (element: { blockId: string; actionId: string }, value: ChosenValue) => void;
  /** Options of an external select, for what was typed. */
  readonly options: (element: { blockId: string; actionId: string }, typed: string) => Promise<readonly Json[]>;
  /** Under a field, by its block. */
  readonly errors: Readonly<Record<string, string>>;
  isDisabled: boolean;
}

const nowhere: Surface = {
  held: () => undefined,
  dispatch: () => Promise.resolve(),
  keep: () => {},
  options: () => Promise.resolve([]),
  errors: {},
  isDisabled: true,
};

export const SurfaceContext = createContext<Surface>(nowhere);

export function useSurface(): Surface {
  return useContext(SurfaceContext);
}
