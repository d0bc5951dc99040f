/** The server's status, read once for all who show a part of it. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Status } from './answers.ts';
import { useAnswer } from './read.ts';

/** The last one that was read. */
export const status = signal<Status | undefined>(undefined);

/** Keeps it fresh; in one component of the page. Answers why it could not be read. */
export function useFreshStatus(): Error | undefined {
  const { value, error } = useAnswer<Status>('/api/status');
  useEffect(() => {
    if (value) status.value = value;
  }, [value]);
  return error;
}
