/** Finds the canvas that a call names, if the caller may see it, and reads the markdown that it brings. */
import { isRefusal, type Refusal, refuse, refuseArgument } from '../wire/answer.ts';
import { markdownProblem } from '../workspace/canvas-text.ts';
import { accessTo, type CanvasFile } from '../workspace/canvases.ts';
import { canSeeFile } from '../workspace/files.ts';
import type { SlackFile } from '../workspace/model.ts';
import type { TeamCall } from './method.ts';

/** In characters. (https://docs.slack.dev/reference/methods/canvases.create) */
const MAX_MARKDOWN_LENGTH = 1_048_576;

/** What is deleted or not to be seen is not there. */
export function canvasOf({ world, team, token }: TeamCall, id: string): CanvasFile | Refusal {
  const file = world.files.find(team, id);
  if (!file || !isCanvas(file) || file.isDeleted) return refuse('canvas_not_found');
  return canSeeFile(team, file, token.userId) ? file : refuse('canvas_not_found');
}

/** The same for who wants to change it. */
export function writableCanvas(call: TeamCall, id: string): CanvasFile | Refusal {
  const file = canvasOf(call, id);
  if (isRefusal(file)) return file;
  const access = accessTo(call.team, file, call.token.userId);
  return access === 'write' || access === 'owner' ? file : refuse('restricted_action');
}

export function isCanvas(file: SlackFile): file is CanvasFile {
  return file.canvas !== undefined;
}

/**
 * The markdown of a `document_content`; or why it is none, with that code. A type that there is not is a matter of the arguments.
 * (java-slack-sdk, canvases_Test standalone_canvases_error)
 */
export function markdownOf(content: Readonly<Record<string, unknown>>, code: string): string | Refusal {
  const { type, markdown } = content;
  if (type !== 'markdown') return refuseArgument('invalid_arguments', "type must be 'markdown'");
  if (typeof markdown !== 'string') return failed(code, "'markdown' error: must be a string");
  if (markdown.length > MAX_MARKDOWN_LENGTH)
    return failed(code, `'content' error: longer than ${MAX_MARKDOWN_LENGTH} characters`);
  const problem = markdownProblem(markdown);
  return problem === undefined ? markdown : failed(code, problem);
}

/** A refusal that says more, as Slack does. */
export function failed(error: string, detail: string): Refusal {
  return refuse(error, { detail });
}
