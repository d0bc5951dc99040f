/** Ids in paths of `/_sim`. */
import { SimulatorError } from '../errors.ts';

/**
 * Nothing has these names, and a path cannot hold them: an address with one of them leads to what is beside or above.
 * @throws SimulatorError `not_found`
 */
export function requireNames(path: string): void {
  const [, ...names] = path.replace(/\?.*$/s, '').split('/');
  const wrong = names.find((name) => /^\.{0,2}$/.test(name));
  if (wrong !== undefined) throw new SimulatorError('not_found', `Nothing has the id ${JSON.stringify(wrong)}`);
}
