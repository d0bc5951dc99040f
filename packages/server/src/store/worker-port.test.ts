import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
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
});
