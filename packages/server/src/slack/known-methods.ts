/** The methods of the Web API that the SDK knows: what is counted by method is bounded by them, whatever a listener calls. */
import { WebClient } from '@slack/web-api';

let known: ReadonlySet<string> | undefined;

/** The method, or `other` for one that the SDK does not know and for what is no call of the Web API (uploads, response URLs). */
export function methodLabel(method: string | undefined): string {
  // Made with the first call: no command needs it.
  known ??= methodsOf(new WebClient());
  return method !== undefined && known.has(method) ? method : 'other';
}

/** The SDK names its functions like the methods that they call. */
function methodsOf(client: WebClient): ReadonlySet<string> {
  const methods = new Set(['rtm.start']);
  const walk = (node: object, path: readonly string[]): void => {
    for (const [name, value] of Object.entries(node)) {
      if (typeof value === 'function') methods.add([...path, name].join('.'));
      else if (isPlainObject(value)) walk(value, [...path, name]);
    }
  };
  walk(client, []);
  return methods;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
