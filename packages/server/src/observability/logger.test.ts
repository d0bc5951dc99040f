import { describe, expect, it } from 'vitest';
import { createLogger, scrub } from './logger.ts';

function logTo(lines: string[], format: 'json' | 'pretty') {
  return createLogger({
    level: 'trace',
    format,
    secrets: ['client-secret-7'],
    destination: { write: (line) => lines.push(line) },
  });
}

describe('the log', () => {
  it.each(['json', 'pretty'] as const)('as %s never shows a token or a known secret, wherever it hides', (format) => {
    const lines: string[] = [];
    const log = logTo(lines, format);
    const cause = new Error('failed with xoxb-test-1-abc');
    log.error({ err: new Error('outer', { cause }), url: 'https://x.test/?token=xapp-test-2' }, 'said client-secret-7');
    log.info({ refresh: 'xoxe-test-3', rotated: 'xoxe.xoxb-test-4' }, 'tokens');
    expect(lines.join('')).not.toMatch(/xox[a-z]-test|xapp-test|client-secret-7/);
    expect(lines.join('')).toContain('[token]');
  });

  it('says to a person what happened to whom', () => {
    const lines: string[] = [];
    logTo(lines, 'pretty').info({ teamId: 'T1', teamName: 'Acme', reason: 'hello', retryInMs: null }, 'connected');
    expect(lines.join('')).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: Acme \(T1\): connected reason=hello\n$/);
  });

  it('writes one JSON object per line for machines', () => {
    const lines: string[] = [];
    logTo(lines, 'json').warn({ teamId: 'T1' }, 'connection lost');
    expect(JSON.parse(lines.join(''))).toMatchObject({ level: 40, teamId: 'T1', msg: 'connection lost' });
  });
});

describe('scrub', () => {
  it.each(['xoxb-test-1', 'xoxp-test-1', 'xoxe-test-1', 'xoxe.xoxp-test-1', 'xapp-test-1'])('takes %s out', (token) => {
    expect(scrub(`a ${token} b`)).toBe('a [token] b');
  });
});
