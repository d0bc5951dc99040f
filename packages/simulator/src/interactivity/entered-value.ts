/** What a person enters into an element: for most of them the choice itself, for `file_input` whole files. */
import { fileShape } from '../workspace/file-shape.ts';
import type { Team } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { World } from '../workspace/world.ts';
import { type Choice, chosenValue } from './elements.ts';

/** The value as `state.values` shows it; undefined when there is no such option or file. */
export function enteredValue(world: World, team: Team, element: Json, choice: Choice | undefined): Json | undefined {
  if (element.type !== 'file_input') return chosenValue(element, choice);
  const ids = choice === undefined || typeof choice === 'string' ? [choice ?? ''] : choice;
  if (!Array.isArray(ids)) return undefined;
  const files = ids.map((id) => world.files.find(team, String(id)));
  // (https://docs.slack.dev/reference/block-kit/block-elements/file-input-element: files are objects, not ids)
  const shapes = files.flatMap((file) => (file && !file.isDeleted ? [fileShape(team, file)] : []));
  return shapes.length === ids.length ? { type: 'file_input', files: shapes } : undefined;
}
