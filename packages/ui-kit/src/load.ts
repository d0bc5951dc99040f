/** Reads something for a component, again when its key or the revision changes. What was read before stays until the new answer is there. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Loaded<Value> {
  value: Value | undefined;
  error: Error | undefined;
  isLoading: boolean;
  readonly reload: () => void;
}

export interface LoadOptions {
  /** Reads again whenever it changes, without showing a skeleton. */
  revision?: unknown;
}

/** @param key Of what is read: another one forgets the value. Undefined: nothing is read. */
export function useLoad<Value>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<Value>,
  { revision }: LoadOptions = {},
): Loaded<Value> {
  const [state, setState] = useState<{ key?: string | undefined; value?: Value; error?: Error }>({});
  const [isLoading, setLoading] = useState(false);
  const [again, setAgain] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (key === undefined) return undefined;
    const controller = new AbortController();
    setLoading(true);
    latest
      .current(controller.signal)
      .then(
        (value) => {
          if (!controller.signal.aborted) setState({ key, value });
        },
        (error: Error) => {
          if (!controller.signal.aborted) setState((before) => ({ ...(before.key === key ? before : {}), key, error }));
        },
      )
      .finally(() => {
        if (!controller.signal.aborted) setLoading(false);
      });
    return () => controller.abort();
  }, [key, revision, again]);
  const reload = useCallback(() => setAgain((count) => count + 1), []);
  const isOfKey = state.key === key;
  return { value: isOfKey ? state.value : undefined, error: isOfKey ? state.error : undefined, isLoading, reload };
}
