/** Commands of the command line in the process of a test, on a database of its own and without a terminal. */
import { onTestFinished, vi } from 'vitest';
import { standardOutput } from '../observability/standard-output.ts';
import { keyOf, type Operations } from '../operations/operations.test-kit.ts';
import { completeProgram } from './program.ts';

/** What commands print on this database, piece by piece. @param encryptionKeys @defaultValue that of tests */
export async function said(
  { url, encryptionKeys = keyOf(7) }: Pick<Operations, 'url'> & { encryptionKeys?: string },
  ...commands: string[]
): Promise<string[]> {
  vi.stubEnv('DATABASE_URL', url);
  vi.stubEnv('ENCRYPTION_KEYS', encryptionKeys);
  const lines: string[] = [];
  const print = vi.spyOn(standardOutput, 'print').mockImplementation((text) => void lines.push(text));
  onTestFinished(() => {
    print.mockRestore();
    vi.unstubAllEnvs();
  });
  const program = await completeProgram();
  for (const words of commands) await program.parseAsync(words.split(' '), { from: 'user' });
  return lines;
}
