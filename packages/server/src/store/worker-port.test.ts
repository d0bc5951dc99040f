import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
// Not by the name for which vitest.config.ts has threads that are used again.
import { startWorker } from '../store/start-worker.ts';
import { makeDatabaseUrl } from './store-fixture.test-kit.ts';
import { WorkerPort } from './worker-port.ts';

const CALL = { op: 'all', sql: 'select 1', params: [] } as const;

function aWorker(code: string): Worker {
  return new Worker(`const { parentPort } = require('node:worker_threads'); ${code}`, { eval: true });
}

describe('WorkerPort', () => {
  it('fails every pending and every later call when the thread throws', async () => {
    const worker = aWorker(`parentPort.on('message', ({ id }) => { if (id === 2) throw new Error('boom'); });`);
    const port = new WorkerPort(worker, { onExpired: () => {}, onLockLost: () => {} });
    const calls = await Promise.allSettled([port.call(CALL), port.call(CALL)]);
    for (const call of [...calls, ...(await Promise.allSettled([port.call(CALL)]))]) {
      expect(call).toMatchObject({
        status: 'rejected',
        reason: { code: 'store_unavailable', cause: { message: 'boom' } },
      });
    }
    expect(port.isDead).toBe(true);
  });

  it('fails them as well when the thread just ends', async () => {
    const worker = aWorker(`parentPort.once('message', () => process.exit(0));`);
    const port = new WorkerPort(worker, { onExpired: () => {}, onLockLost: () => {} });
    await expect(port.call(CALL)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(port.call(CALL)).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('gives each call its own reply, in whatever order they come', async () => {
    const worker = aWorker(`
      const seen = [];
      parentPort.on('message', ({ id }) => {
        seen.push(id);
        if (seen.length === 2) for (const value of seen.reverse()) parentPort.postMessage({ kind: 'result', id: value, value });
      });`);
    const port = new WorkerPort(worker, { onExpired: () => {}, onLockLost: () => {} });
    expect(await Promise.all([port.call(CALL), port.call(CALL)])).toEqual([1, 2]);
    const gone = once(worker, 'exit');
    await port.terminate();
    await gone;
  });

  it('is over when the thread of a store was told to close', async () => {
    const path = await makeDatabaseUrl('sqlite');
    const limits = { busyTimeoutMs: 5_000, transactionTimeoutMs: 10_000, commitDelayMs: 0 };
    const worker = startWorker({ kind: 'session', settings: { path, readOnly: false, mayMigrate: true, ...limits } });
    const port = new WorkerPort(worker, { onExpired: () => {}, onLockLost: () => {} });
    await port.call({ op: 'open' });
    const gone = once(worker, 'exit');
    await port.call({ op: 'close' });
    expect(await gone).toEqual([0]);
    expect(port.isDead).toBe(true);
  });
});
