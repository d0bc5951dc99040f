import { expect, it } from 'vitest';
import { csvLine } from './csv.ts';

it.each([
  [['a', 'b'], 'a,b\r\n'],
  [['', ''], ',\r\n'],
  [['say "hi"', 'a,b'], '"say ""hi""","a,b"\r\n'],
  [['two\nlines', 'and\rone'], '"two\nlines","and\rone"\r\n'],
  [['=1+1', '+1'], "'=1+1,'+1\r\n"],
  [['-2', '@SUM(A1)'], "'-2,'@SUM(A1)\r\n"],
  [['\n=1', '＝1+1'], `"'\n=1",'＝1+1\r\n`],
  [['\t=1', '=HYPERLINK("x","y")'], `'\t=1,"'=HYPERLINK(""x"",""y"")"\r\n`],
])('%j becomes %j', (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});
