/**
 * Keeps the pages of other sites away. There are no passwords here, and a browser that reads evil.example lets it talk to
 * 127.0.0.1: with a form, with a WebSocket, or under a name of its own that leads to loopback (DNS rebinding). So the `Host`
 * must be a name of this machine, and so must the `Origin`, which browsers send with everything but plain reads. Sockets may
 * come from Slack's own pages, too: clients without a browser say that they do.
 */
import type { IncomingMessage } from 'node:http';
import { SimulatorError } from '../errors.ts';

/** Host names that are long enough to be shown in a message; DNS ends at 253. */
const NAME_SHOWN = 253;

/** slack-go sends `Origin: https://api.slack.com` with each socket that it opens (websocket_managed_conn.go), RTM and Socket Mode. */
const SLACKS_ORIGIN = /^https:\/\/(?:[\w-]+\.)*slack\.com$/i;

/** Which requests come from here. */
export class OriginGuard {
  readonly #allowed: ReadonlySet<string>;
  /** The last `Host` that was good: nearly every request has the same one. */
  #goodHost: string | undefined;

  /**
   * @param allowHosts Names besides those of loopback, without ports.
   * @param listenHost Where the simulator listens; whoever chose it knows that name.
   * @throws SimulatorError `invalid_configuration`
   */
  constructor(allowHosts: readonly string[], listenHost: string) {
    this.#allowed = new Set([...allowHosts.map(checkedName), bareName(listenHost)]);
  }

  /** What to answer with 403, or undefined for a request that is welcome. WebSockets are asked for with GET. */
  refusalOf({ method, headers }: IncomingMessage, { isUpgrade = false } = {}): string | undefined {
    const { host, origin } = headers;
    if (host !== undefined && host !== this.#goodHost) {
      if (!this.#isAllowed(nameIn(host))) return refusal('Host', host, nameIn(host));
      this.#goodHost = host;
    }
    if (origin === undefined || (method === 'GET' && !isUpgrade)) return undefined;
    // Forms of our own pages come from "null", because the pages send no referrer; only a browser can say same-origin.
    if (origin === 'null' && headers['sec-fetch-site'] === 'same-origin') return undefined;
    if (isUpgrade && SLACKS_ORIGIN.test(origin)) return undefined;
    const name = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
    if (name !== undefined && this.#isAllowed(nameIn(name))) return undefined;
    return refusal('Origin', origin, name === undefined ? undefined : nameIn(name));
  }

  #isAllowed(name: string | undefined): boolean {
    return name !== undefined && (isLoopbackName(name) || this.#allowed.has(name));
  }
}

/** Whether a name or address can lead nowhere but to this machine. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '::1' || name.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(name);
}

/** The name in `name:port`, `[address]:port` or either without a port; undefined for anything else. */
function nameIn(host: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return bareName(address ?? name);
}

/** As names are compared: without regard to case, and to the dot that ends a full name. */
function bareName<Name extends string | undefined>(name: Name): Name {
  return name?.toLowerCase().replace(/\.$/, '') as Name;
}

function checkedName(name: string): string {
  // A colon stands only in an IPv6 address; `slack:4400` has a port, which no name has.
  if (/^[\w.-]+$/.test(name) || /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(name)) return bareName(name);
  throw new SimulatorError(
    'invalid_configuration',
    `allowHosts (--allow-host) takes names without scheme and port, for example slack; got ${JSON.stringify(name)}`,
  );
}

function refusal(header: 'Host' | 'Origin', value: string, name: string | undefined): string {
  const shown = JSON.stringify(value.slice(0, NAME_SHOWN));
  const start = `${header} ${shown} is not allowed: the simulator has no passwords and answers to names of this machine only`;
  if (name === undefined) return `${start}.`;
  return `${start}. If ${name} is its name in your network, start it with --allow-host ${name} (allowHosts: ['${name}']).`;
}
