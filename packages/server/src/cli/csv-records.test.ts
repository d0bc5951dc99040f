/** Each record becomes an object, and a bad one costs itself alone. */
import { expect, it } from 'vitest';
import { type CsvRecord, csvHeader, csvRecords } from './csv-records.ts';

async function recordsIn(...lines: string[]): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(lines, { header: ['team_id', 'name', 'active'], firstLine: 2 })) {
    records.push(record);
  }
  return records;
}

const aRecord = (line: number, value: object): CsvRecord => ({ line, content: JSON.stringify(value) });

it('reads the names of a header, with quotes or without', () => {
  expect(csvHeader('team_id,"na""me", active')).toEqual(['team_id', 'na"me', 'active']);
});

it('reads quotes, commas, doubled quotes and ends of lines in a value, and takes an empty value for none', async () => {
  expect(
    await recordsIn('T1,"Acme, ""the"" Corp",t', '', '"T2","two', 'lines",', 'T3,plain "quotes" inside,f'),
  ).toEqual([
    aRecord(2, { team_id: 'T1', name: 'Acme, "the" Corp', active: 't' }),
    aRecord(4, { team_id: 'T2', name: 'two\nlines' }),
    aRecord(6, { team_id: 'T3', name: 'plain "quotes" inside', active: 'f' }),
  ]);
});

it('names a record with too few or too many values, and one with text behind a closed quote', async () => {
  expect(await recordsIn('T1,Acme', 'T2,a,b,c', 'T3,"a" b,t', 'T4,Ok,t')).toEqual([
    { line: 2, error: 'must have 3 values, as the header has; got 2' },
    { line: 3, error: 'must have 3 values, as the header has; got 4' },
    { line: 4, error: 'must have quotes around whole values only, and double those within them' },
    aRecord(5, { team_id: 'T4', name: 'Ok', active: 't' }),
  ]);
});

it('loses only the line in which a quote is not closed, however many follow', async () => {
  const others = Array.from({ length: 5_000 }, (_, index) => `T${index},Team,t`);
  const records = await recordsIn('T9999,"open,t', ...others);
  expect(records[0]).toEqual({ line: 2, error: 'has a quote that is not closed' });
  expect(records.slice(1)).toEqual(
    others.map((_, index) => aRecord(index + 3, { team_id: `T${index}`, name: 'Team', active: 't' })),
  );
});
