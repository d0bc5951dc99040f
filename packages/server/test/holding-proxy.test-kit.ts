/** A proxy on the way to Slack that holds up who wants a connection, for as long as a test needs: a call is on its way then. */
import { onTestFinished } from 'vitest';
import { startConnectProxy } from '../src/slack/connect-proxy.test-kit.ts';

export interface HoldingProxy {
  url: string;
  /** Ends all connections and holds up new ones. Resolves when somebody waits for one. */
  hold(): Promise<void>;
  release(): void;
}

/** Starts one; it lets everybody through until it holds. */
export async function startHoldingProxy(): Promise<HoldingProxy> {
  let released: { promise: Promise<void>; resolve: () => void } | undefined;
  let asked = Promise.withResolvers<void>();
  const proxy = await startConnectProxy({
    mayConnect() {
      asked.resolve();
      return released?.promise;
    },
  });
  onTestFinished(() => proxy.close());
  return {
    url: proxy.url,
    hold() {
      proxy.cut();
      released = Promise.withResolvers();
      asked = Promise.withResolvers();
      return asked.promise;
    },
    release() {
      released?.resolve();
      released = undefined;
    },
  };
}
