/** Reads a manifest from a file or a text: JSON, or YAML, as Slack's settings show both. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { SimulatorError } from '../errors.ts';

/** @throws SimulatorError `invalid_configuration` when it cannot be read, `invalid_manifest` when it cannot be parsed */
export async function readManifest(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SimulatorError('invalid_configuration', `Cannot read the manifest ${file}`, { cause });
  });
  return manifestIn(text, file);
}

/** What is no text is passed on as it is. @throws SimulatorError `invalid_manifest` when it cannot be parsed */
export function manifestIn(text: unknown, name = 'The manifest'): unknown {
  if (typeof text !== 'string') return text;
  try {
    return parse(text) as unknown;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SimulatorError('invalid_manifest', `${name} is neither JSON nor YAML: ${why}`, { cause });
  }
}
