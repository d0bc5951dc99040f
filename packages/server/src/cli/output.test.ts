/** What is printed, on terminals of some width and in a pipe. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BotServerError } from '../errors.ts';
import { standardOutput } from '../observability/standard-output.ts';
import { complain, say, sayAmongLogs, sayError, sayPairs, sayTable, sayWhole } from './output.ts';
import { widthOf } from './table-widths.ts';

const SENTENCE = 'T0ACME0001 is held since 09:12:03 UTC: Slack answered token_revoked, and asks again in 30 minutes.';

/** Columns of the terminal; undefined = a pipe. */
function printed(columns: number | undefined, print: () => void): string[] {
  const texts: string[] = [];
  const { stdout, stderr } = process;
  const before = [stdout, stderr].map(({ isTTY, columns }) => ({ isTTY, columns }));
  for (const stream of [stdout, stderr]) Object.assign(stream, { isTTY: columns !== undefined, columns });
  const out = vi.spyOn(standardOutput, 'print').mockImplementation((text) => void texts.push(text));
  const err = vi.spyOn(stderr, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  onTestFinished(() => {
    out.mockRestore();
    err.mockRestore();
  });
  print();
  out.mockRestore();
  err.mockRestore();
  [stdout, stderr].forEach((stream, at) => Object.assign(stream, before[at]));
  return texts.join('').replace(/\n$/, '').split('\n');
}

const ways: [string, () => void][] = [
  ['a sentence', () => say(SENTENCE)],
  ['an error', () => void sayError(new BotServerError('unexpected', SENTENCE, { fix: SENTENCE }))],
  ['a warning', () => complain(SENTENCE)],
  ['facts', () => sayPairs({ team: 'T0ACME0001', reason: SENTENCE })],
  ['a row of a table', () => sayTable(['TEAM', 'EVENT', 'REASON'], [['T0ACME0001', 'x'.repeat(40), SENTENCE]])],
];

describe.each(ways)('%s', (_what, print) => {
  it.each([40, 60, 80])('is broken between words on a terminal of %i cells', (columns) => {
    const lines = printed(columns, print);
    const inPipe = printed(undefined, print).join(' ').split(/\s+/);
    for (const line of lines) {
      if (line.includes(' ') && !line.includes('xxx')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      for (const word of line.replaceAll('…', '').trim().split(/\s+/))
        if (!line.endsWith('…')) expect(['', ...inPipe]).toContain(word);
    }
  });

  it('is never broken in a pipe', () => {
    expect(printed(undefined, print).join('\n')).toContain(SENTENCE);
  });
});

it('puts what follows below where the sentence begins', () => {
  expect(printed(44, () => say('incident ask         ask Slack about all of them now'))).toEqual([
    'incident ask         ask Slack about all of',
    '                     them now',
  ]);
  expect(printed(40, () => sayPairs({ team: 'T1', why: 'Slack answered token_revoked an hour ago' }))).toEqual([
    'team  T1',
    'why   Slack answered token_revoked an',
    '      hour ago',
  ]);
});

it('leaves what is copied to the terminal', () => {
  const line = `  Other commands   DATABASE_URL=${'x'.repeat(30)} npx slack-bot-server status`;
  expect(printed(40, () => sayWhole(line))).toEqual([line]);
});

describe('what a server says among the lines of its log', () => {
  const tell = (logFormat: 'json' | 'pretty') => () =>
    sayAmongLogs('listening', { url: 'http://a.test' }, { logFormat, line: 'listening on http://a.test' });

  it('has its facts as fields, and a message that never changes', () => {
    const [line = ''] = printed(undefined, tell('json'));
    expect(JSON.parse(line)).toEqual({
      level: 30,
      time: expect.stringMatching(/Z$/),
      url: 'http://a.test',
      msg: 'listening',
    });
  });

  it('is a sentence for people', () => {
    expect(printed(undefined, tell('pretty'))).toEqual(['listening on http://a.test']);
  });
});
