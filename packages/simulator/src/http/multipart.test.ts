import { expect, it } from 'vitest';
import { readForm } from './multipart.ts';

const TYPE = 'multipart/form-data; boundary=0a-1.b2c';
const formWith = (fileName: string, content: Buffer) =>
  Buffer.concat([
    Buffer.from(`--0a-1.b2c\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\n\r\n`),
    content,
    Buffer.from('\r\n--0a-1.b2c--\r\n'),
  ]);

it.each([
  ['as browsers write them', 'a %22quoted%22 é.txt'],
  ['as Go writes them', 'a \\"quoted\\" é.txt'],
])('reads quotes in the name of a file %s, and leaves its content as it is', async (_, fileName) => {
  const content = Buffer.from([0, 255, 92, 34, 13, 10, 195]);
  const file = (await readForm(TYPE, formWith(fileName, content))).get('file') as File;
  expect(file.name).toBe('a "quoted" é.txt');
  expect(Buffer.from(await file.arrayBuffer())).toEqual(content);
});

it('refuses what is no form', async () => {
  await expect(readForm(TYPE, Buffer.from('--other\r\n'))).rejects.toThrow(TypeError);
  await expect(readForm('multipart/form-data', Buffer.from('x'))).rejects.toThrow(TypeError);
});
