/** `slack-bot-server keys …`: which key seals the tokens in the database. */
import { rotateKeys } from '../operations/keys/rotate-keys.ts';
import { EXIT, type JsonOption, say, sayFacts } from './output.ts';
import { runOperation } from './run-operation.ts';

/** `keys rotate`. */
export async function keysRotate(options: JsonOption): Promise<void> {
  const onProgress = ({ seen }: { seen: number }) => {
    if (!options.json) say(`${seen} values read`);
  };
  const rotation = await runOperation(rotateKeys, {}, { onProgress });
  if (rotation.unreadable.length > 0) process.exitCode = EXIT.failure;
  if (options.json) return sayFacts(rotation);
  say(`${rotation.resealed} of ${rotation.values} values were sealed anew with the key ${rotation.key}`);
  for (const key of rotation.unreadable) say(`cannot be read with any of ENCRYPTION_KEYS: ${key}`);
  say(rotation.next);
}
