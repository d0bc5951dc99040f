/** Reads a question of the API for a component, again as things change on the server. */
import { useRef } from 'preact/hooks';
import { type Fields, type Loaded, useLoad } from 'ui-kit';
import { revision } from './live.ts';
import { api, noteRefusal } from './session.ts';

export interface AnswerOptions {
  /** Whether it is read again when something changed. @defaultValue true */
  isLive?: boolean;
}

/** @param path Undefined: nothing is asked. */
export function useAnswer<Answer>(
  path: string | undefined,
  fields: Fields = {},
  { isLive = true }: AnswerOptions = {},
): Loaded<Answer> {
  // What stands still keeps the revision at which it was read.
  const seen = useRef(revision.peek());
  if (isLive) seen.current = revision.value;
  const key = path && `${path}?${JSON.stringify(fields)}`;
  const load = async (signal: AbortSignal) => {
    try {
      return await api.get<Answer>(path ?? '', fields, signal);
    } catch (error) {
      noteRefusal(error);
      throw error;
    }
  };
  return useLoad(key, load, { revision: seen.current });
}
