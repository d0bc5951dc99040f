import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger, redacted } from './logger.ts';
import { createRedactor } from './redactor.ts';

const SECRET = 'client"secret\\7';

function logTo(lines: string[], format: 'json' | 'pretty', level: 'trace' | 'info' = 'trace') {
  return createLogger({
    level,
    format,
    redactor: createRedactor({ secrets: [SECRET] }),
    destination: { write: (line) => lines.push(line) },
  });
}

describe('the log', () => {
  it.each(['json', 'pretty'] as const)('as %s never shows a token or a known secret, wherever it hides', (format) => {
    const lines: string[] = [];
    const log = logTo(lines, format);
    const cause = new AggregateError([new Error('with xwfp-test-5')], 'failed with xoxb-test-1-abc');
    const outer = Object.assign(new Error('outer', { cause }), { headers: { authorization: `Basic ${SECRET}` } });
    log.error({ err: outer, url: 'https://x.test/?token=xapp-test-2' }, `said ${SECRET}`);
    log.info({ refresh: 'xoxe-test-3', rotated: 'xoxe.xoxb-test-4', [SECRET]: [SECRET] }, 'tokens');
    expect(lines.join('')).not.toMatch(/xox[a-z]-test|xapp-test|xwfp-test|client|secret\\/);
    expect(lines.join('')).toContain('[token]');
    expect(lines.join('')).toContain('[secret]');
  });

  it('is clean through the logger of an author, too', () => {
    const said: unknown[] = [];
    const say = (...words: unknown[]) => said.push(words);
    const log = { trace: say, debug: say, info: say, warn: say, error: say };
    redacted(log, createRedactor({ secrets: [SECRET] })).warn({ code: SECRET, list: ['xoxb-test-1'] }, `a ${SECRET}`);
    expect(said).toEqual([[{ code: '[secret]', list: ['[token]'] }, 'a [secret]']]);
  });

  it('costs nobody more than the line when the logger of an author throws, and says so once', async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error) => warnings.push(message);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const fail = () => {
      throw new Error(`no log: ${SECRET}`);
    };
    const log = { trace: fail, debug: fail, info: fail, warn: fail, error: fail };
    const clean = createRedactor({ secrets: [SECRET] });
    const late = async () => fail();
    for (const broken of [log, { ...log, isLevelEnabled: fail }, { ...log, error: late, warn: late }]) {
      const said = redacted(broken, clean);
      expect(() => said.error({ err: new Error('x') }, 'failed')).not.toThrow();
      expect(() => said.warn({}, 'failed')).not.toThrow();
      expect(said.isLevelEnabled?.('debug')).toBe(true);
    }
    await new Promise((resolve) => setImmediate(resolve));
    const warning = 'The logger of the bot throws, and lines are lost: no log: [secret]';
    expect(warnings).toEqual([warning, warning, warning]);
  });

  it('copies nothing for a line that its level leaves out', () => {
    const lines: string[] = [];
    const facts = {
      get teamId() {
        throw new Error('it was read');
      },
    };
    logTo(lines, 'json', 'info').debug(facts, 'quiet');
    expect(lines).toEqual([]);
  });

  it('shows an error with its causes', () => {
    const lines: string[] = [];
    const log = logTo(lines, 'pretty');
    log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    expect(lines.join('')).toMatch(/failed\n\s+Error: outer\n[\s\S]+caused by: Error: inner\n/);
  });

  it('says to a person what happened to whom', () => {
    const lines: string[] = [];
    logTo(lines, 'pretty').info({ teamId: 'T1', teamName: 'Acme', reason: 'hello', retryInMs: null }, 'connected');
    expect(lines.join('')).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: Acme \(T1\): connected reason=hello\n$/);
  });

  it('lets no name command the terminal or begin a line of its own', () => {
    const lines: string[] = [];
    const teamName = 'Evil\u001b]0;owned\u0007\u009b2J\nINFO: all is well\u202e';
    logTo(lines, 'pretty').info({ teamId: 'T1', teamName, list: ['\u009b'] }, 'connected');
    expect(lines.join('')).toContain(
      'Evil\\u001b]0;owned\\u0007\\u009b2J\\nINFO: all is well\\u202e (T1): connected list=["\\u009b"]\n',
    );
  });

  it('writes one JSON object per line for machines, which says what it said and is safe to look at', () => {
    const lines: string[] = [];
    logTo(lines, 'json').warn({ teamId: 'T1', name: 'a\u009b\u202e\n' }, 'connection lost');
    expect(lines.join('')).toContain('a\\u009b\\u202e\\n');
    expect(JSON.parse(lines.join(''))).toMatchObject({
      level: 40,
      teamId: 'T1',
      name: 'a\u009b\u202e\n',
      msg: 'connection lost',
    });
  });
});
