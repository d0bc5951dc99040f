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

/** Of one key. */
interface Reader {
  readonly read: () => void;
  revision: unknown;
  again: number;
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
  const reader = useRef<Reader | undefined>(undefined);
  useEffect(() => {
    if (key === undefined) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    let isReading = false;
    let isStale = false;
    const read = async () => {
      // An answer that takes longer than things stay as they are is still an answer: it is not given up for the next one.
      isStale = isReading;
      if (isReading) return;
      isReading = true;
      setLoading(true);
      do {
        isStale = false;
        const taken = await latest.current(signal).then(
          (value) => ({ value }),
          (error: Error) => ({ error }),
        );
        if (signal.aborted) return;
        setState((before) => ('error' in taken && before.key === key ? { ...before, ...taken } : { key, ...taken }));
      } while (isStale);
      isReading = false;
      setLoading(false);
    };
    reader.current = { read: () => void read(), revision, again };
    void read();
    return () => {
      controller.abort();
      reader.current = undefined;
    };
  }, [key]);
  useEffect(() => {
    const { current } = reader;
    if (!current || (current.revision === revision && current.again === again)) return;
    Object.assign(current, { revision, again });
    current.read();
  }, [revision, again]);
  const reload = useCallback(() => setAgain((count) => count + 1), []);
  const isOfKey = state.key === key;
  return { value: isOfKey ? state.value : undefined, error: isOfKey ? state.error : undefined, isLoading, reload };
}
