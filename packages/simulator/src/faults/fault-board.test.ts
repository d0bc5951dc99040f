import { describe, expect, it } from 'vitest';
import { faultSchema } from './fault.ts';
import { FaultBoard } from './fault-board.ts';

describe('FaultBoard', () => {
  it('meets a fault only in its scope', () => {
    const board = new FaultBoard();
    board.add({ kind: 'refuse', error: 'internal_error', team: 'T1', method: 'rtm.connect' });
    expect(board.matchCall({ team: 'T2', method: 'rtm.connect' })).toHaveLength(0);
    expect(board.matchCall({ team: 'T1', method: 'auth.test' })).toHaveLength(0);
    expect(board.matchCall({ team: 'T1', method: 'rtm.connect' })).toHaveLength(1);
  });

  it('ends a fault when its count is used up', () => {
    const board = new FaultBoard();
    board.add({ kind: 'no_hello', count: 2 });
    expect([1, 2, 3].map(() => board.match('no_hello', {}) !== undefined)).toEqual([true, true, false]);
    expect(board.size).toBe(0);
  });

  it('counts only the fault that answers, and lets delays join it', () => {
    const board = new FaultBoard();
    board.add({ kind: 'slow', delayMs: 5 });
    board.add({ kind: 'refuse', error: 'internal_error' });
    const second = board.add({ kind: 'refuse', error: 'fatal_error', count: 1 });
    expect(board.matchCall({}).map(({ spec }) => spec.kind)).toEqual(['slow', 'refuse']);
    expect(second.hits).toBe(0);
  });

  it('keeps a used-up hold releasable while an answer waits', () => {
    const board = new FaultBoard();
    const fault = board.add({ kind: 'hold', count: 1 });
    const left: string[] = [];
    board.matchCall({});
    fault.held.add(() => left.push('gone'));
    expect(board.size).toBe(0);
    expect(board.release(fault.id)).toBe(1);
    expect(left).toEqual(['gone']);
  });

  it('lets held answers go when the fault is removed, and does not know it afterwards', () => {
    const board = new FaultBoard();
    const fault = board.add({ kind: 'hold' });
    const left: string[] = [];
    fault.held.add(() => left.push('gone'));
    board.remove(fault.id);
    expect(left).toEqual(['gone']);
    expect(() => board.remove(fault.id)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('refuses fields that a fault does not have', () => {
    expect(faultSchema.safeParse({ kind: 'reset', method: 'auth.test' }).success).toBe(false);
    expect(faultSchema.safeParse({ kind: 'outage', team: 'T1' }).success).toBe(false);
    expect(faultSchema.safeParse({ kind: 'close', code: 1005 }).success).toBe(false);
    expect(faultSchema.safeParse({ kind: 'close', code: null }).success).toBe(true);
  });
});
