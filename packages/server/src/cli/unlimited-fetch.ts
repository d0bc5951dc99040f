/** fetch for answers that take as long as they take: without undici's own limits, 5 min each for the headers and between two pieces of a body. */
import { createGuardedFetch, type Dispatcher, type GuardedInit, globalDispatcher } from '../slack/guarded-fetch.ts';

export interface UnlimitedInit extends Omit<GuardedInit, 'mayLeave'> {
  /** Told right before the request is written: from then on it may have arrived. */
  onSent: () => void;
}

/** As fetch. Who waits for it decides how long. */
export async function unlimitedFetch(url: URL, { onSent, ...init }: UnlimitedInit): Promise<Response> {
  return await createGuardedFetch(withoutLimits)(url, { ...init, mayLeave: onSent });
}

function withoutLimits(): Dispatcher {
  const below = globalDispatcher();
  return {
    isMockActive: below.isMockActive ?? false,
    dispatch(options, handler) {
      const unlimited = { ...options, headersTimeout: 0, bodyTimeout: 0 };
      return below.dispatch(unlimited, handler);
    },
  };
}
