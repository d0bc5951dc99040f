/** What the listener wrote. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { HandlingReader } from './handling-reader.ts';

it('reads lines while they are written, also one that is cut where the last read ended', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slack-bot-server-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const reader = new HandlingReader(join(folder, 'handled'));
  onTestFinished(() => reader.close());
  appendFileSync(join(folder, 'handled'), 'Ev1 1 begin 1000\nEv1 1 e');
  reader.read();
  expect(reader.ended.size).toBe(0);
  appendFileSync(join(folder, 'handled'), 'nd 1005\n');
  reader.read();
  expect(reader.handlings).toEqual([
    { eventId: 'Ev1', attempt: 1, what: 'begin', atMs: 1_000 },
    { eventId: 'Ev1', attempt: 1, what: 'end', atMs: 1_005 },
  ]);
  expect([...reader.ended]).toEqual(['Ev1']);
});
