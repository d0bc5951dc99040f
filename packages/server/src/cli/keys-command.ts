/** `slack-bot-server keys …`: which key seals the tokens in the database. */

import type { Command } from 'commander';
import { rotateKeys } from '../operations/keys/rotate-keys.ts';
import { counted } from '../operations/why/words.ts';
import { EXIT } from './exit-codes.ts';
import { commandOf } from './operation-command.ts';
import { type JsonOption, say, sayFacts } from './output.ts';
import { showProgress } from './progress.ts';
import { runOperation } from './run-operation.ts';

export function addKeys(keys: Command): void {
  commandOf(keys, rotateKeys).action(keysRotate);
}

/** `keys rotate`. */
export async function keysRotate(options: JsonOption): Promise<void> {
  const show = options.json ? () => {} : showProgress('values read');
  const onProgress = ({ seen }: { seen: number }) => show({ done: seen });
  const rotation = await runOperation(rotateKeys, {}, { onProgress });
  if (rotation.unreadable.length > 0) process.exitCode = EXIT.failure;
  if (options.json) return sayFacts(rotation);
  const { resealed, values, key } = rotation;
  say(`${resealed} of ${counted(values, 'value')} ${resealed === 1 ? 'was' : 'were'} re-encrypted with the key ${key}`);
  for (const installation of rotation.unreadable) say(`cannot be read with any of ENCRYPTION_KEYS: ${installation}`);
  say(rotation.next);
}
