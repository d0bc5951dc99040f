import { describe, expect, it, vi } from 'vitest';
import { administer, openTestStore } from './store-fixture.test-kit.ts';

/** What the connection that listens is found by. */
const LISTENERS = `select pid from pg_stat_activity where datname = current_database() and query like 'listen %'`;

async function twoStores() {
  const one = await openTestStore({ engine: 'postgres', noticeBeatMs: 50 });
  const other = await openTestStore({ engine: 'postgres', url: one.url, noticeBeatMs: 50 });
  return { one, other };
}

describe('notices between processes', () => {
  it('reach the others within a fraction of a second, once each, and not the one that says them', async () => {
    const { one, other } = await twoStores();
    const heard: string[] = [];
    const own: string[] = [];
    one.notices.on('inbox', (payload) => void own.push(payload));
    other.notices.on('inbox', (payload) => void heard.push(payload));
    other.notices.on('rows', (payload) => void heard.push(`rows ${payload}`));
    await vi.waitFor(() => expect([one.notices.isLive, other.notices.isLive]).toEqual([true, true]));
    heard.length = 0;
    own.length = 0;
    for (const shard of ['1', '2', '1', '1']) one.notices.notify('inbox', shard);
    await vi.waitFor(() => expect(heard).toEqual(['1', '2']));
    one.notices.notify('inbox', 'x'.repeat(9_000));
    await vi.waitFor(() => expect(heard).toEqual(['1', '2', '']));
    expect(own).toEqual([]);
  });

  it('are told when a transaction has committed, and not when it was rolled back', async () => {
    const { one, other } = await twoStores();
    const heard: string[] = [];
    other.notices.on('rows', () => void heard.push('rows'));
    other.notices.on('inbox', (payload) => void heard.push(payload));
    await vi.waitFor(() => expect(other.notices.isLive).toBe(true));
    heard.length = 0;
    const failing = one.transaction({ about: [] }, async (tx) => {
      tx.notify('rows');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    one.notices.notify('inbox', 'after it');
    await vi.waitFor(() => expect(heard).toEqual(['after it']));
    await one.transaction({ about: [] }, async (tx) => tx.notify('rows'));
    await vi.waitFor(() => expect(heard).toEqual(['after it', 'rows']));
  });

  it('are heard again after the connection that listens was cut, and whoever listens is told to look', async () => {
    const { one, other } = await twoStores();
    const heard: string[] = [];
    other.notices.on('inbox', (payload) => void heard.push(payload));
    await vi.waitFor(() => expect(heard).toEqual(['']));
    await administer(one.url, `select pg_terminate_backend(pid) from (${LISTENERS}) listeners`);
    await vi.waitFor(() => expect(heard).toEqual(['', '']), { timeout: 5_000 });
    one.notices.notify('inbox', 'again');
    await vi.waitFor(() => expect(heard).toEqual(['', '', 'again']));
  });

  it('that stop arriving on a connection which seems alive are noticed by the heartbeat, and it is made anew', async () => {
    const one = await openTestStore({ engine: 'postgres', noticeBeatMs: 50 });
    const heard: string[] = [];
    one.notices.on('rows', (payload) => void heard.push(payload));
    await vi.waitFor(() => expect(heard).toEqual(['']));
    // The session is as it was, and hears no more.
    const { channel } = one.notices;
    one.notices.channel = `${channel}_of_nobody`;
    await vi.waitFor(() => expect(one.notices.isLive).toBe(false), { timeout: 8_000 });
    one.notices.channel = channel;
    await vi.waitFor(() => expect(heard).toEqual(['', '']), { timeout: 8_000 });
  }, 20_000);

  it('leave what anybody else says on the channel alone', async () => {
    const { one, other } = await twoStores();
    const heard: string[] = [];
    other.notices.on('inbox', (payload) => void heard.push(payload));
    await vi.waitFor(() => expect(heard).toEqual(['']));
    for (const text of ['', 'null', '{}', '[1]', '["a", [1, [], ["inbox"]]]']) {
      await administer(one.url, `select pg_notify('${one.notices.channel}', '${text}')`);
    }
    one.notices.notify('inbox', 'ours');
    await vi.waitFor(() => expect(heard).toEqual(['', 'ours']));
  });
});
