import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { StatementCache, translate } from './statement-cache.ts';

describe('translate', () => {
  it('turns numbered parameters into marks and remembers their order', () => {
    expect(translate('select $2, $1, $2')).toEqual({ sql: 'select ?, ?, ?', order: [1, 0, 1], parameterCount: 2 });
  });

  it('leaves texts, quoted names and comments alone', () => {
    const sql = `select '$1 it''s' as "$2 ""x""", $1 -- $3\n`;
    expect(translate(sql)).toEqual({ sql: sql.replace('$1 -- ', '? -- '), order: [0], parameterCount: 1 });
  });

  it('reads numbers of several digits', () => {
    expect(translate('values ($10, $1)')).toMatchObject({ order: [9, 0], parameterCount: 10 });
  });
});

describe('StatementCache', () => {
  it('prepares a text once and keeps the 200 that were used last', () => {
    const cache = new StatementCache(new DatabaseSync(':memory:'));
    const first = cache.prepare('select 0');
    for (let i = 1; i < 200; i++) cache.prepare(`select ${i}`);
    expect(cache.prepare('select 0')).toBe(first);
    cache.prepare('select 200');
    expect(cache.size).toBe(200);
    expect(cache.prepare('select 0')).toBe(first);
  });

  it('refuses a parameter that is undefined', () => {
    const { bind } = new StatementCache(new DatabaseSync(':memory:')).prepare('select $1');
    expect(() => bind([undefined as never])).toThrow('undefined');
  });
});
