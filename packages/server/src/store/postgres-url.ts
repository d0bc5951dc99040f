/** DATABASE_URL with several hosts, as libpq reads it: `postgres://a:5432,b/db?target_session_attrs=read-write`. Pure. */
import { BotServerError } from '../errors.ts';

/** Which host will do. `any`: the first that takes a connection. */
export type SessionTarget = 'any' | 'read-write' | 'primary';

export interface HostUrls {
  /** One URL for each host, in the order in which they are tried. */
  urls: readonly string[];
  target: SessionTarget;
}

const URL_PARTS = /^(postgres(?:ql)?:\/\/)((?:[^/?#]*@)?)([^/?#]*)([^?#]*)(?:\?([^#]*))?/i;

/**
 * With several hosts and no target, or `any`, it is `read-write`: a bot that cannot write can do nothing, and among several one is a standby.
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS)
 * @throws BotServerError `invalid_configuration` for a target of standbys, or numbers of hosts and ports that do not match
 */
export function splitHosts(url: string): HostUrls {
  const parts = URL_PARTS.exec(url);
  // Not ours to refuse: `pg` says what is wrong with it.
  if (!parts) return { urls: [url], target: 'any' };
  const [, scheme = '', user = '', authority = '', path = '', query = ''] = parts;
  const params = query.split('&').filter((param) => param !== '');
  const valueOf = (name: string) => params.find((param) => param.startsWith(`${name}=`))?.slice(name.length + 1);
  const others = params.filter((param) => !/^(target_session_attrs|host|port)=/.test(param));
  const places = placesIn(authority, valueOf('host'), valueOf('port'));
  const urls = places.map(({ inAuthority, inQuery }) => {
    const search = [...others, ...inQuery].join('&');
    return `${scheme}${user}${inAuthority}${path}${search === '' ? '' : `?${search}`}`;
  });
  const target = targetOf(valueOf('target_session_attrs'));
  return { urls, target: urls.length > 1 && target === 'any' ? 'read-write' : target };
}

interface Place {
  inAuthority: string;
  inQuery: readonly string[];
}

/** Hosts stand before the path, or as `host` and `port`, one port for all or one for each; a path as host is a socket's folder. */
function placesIn(authority: string, host: string | undefined, port: string | undefined): Place[] {
  const portParam = port === undefined ? [] : [`port=${port}`];
  if (host === undefined) return authority.split(',').map((one) => ({ inAuthority: one, inQuery: portParam }));
  const hosts = listOf(host);
  const ports = port === undefined ? [] : listOf(port);
  if (ports.length > 1 && ports.length !== hosts.length) {
    const message = `DATABASE_URL names ${hosts.length} hosts and ${ports.length} ports; name one port for all, or one for each`;
    throw new BotServerError('invalid_configuration', message);
  }
  return hosts.map((one, index) => {
    const own = ports[index] ?? ports[0];
    return { inAuthority: authority, inQuery: [`host=${one}`, ...(own === undefined ? [] : [`port=${own}`])] };
  });
}

function listOf(value: string): string[] {
  return value.split(/,|%2c/i);
}

function targetOf(value = 'any'): SessionTarget {
  if (value === 'any' || value === 'read-write' || value === 'primary') return value;
  const message = `target_session_attrs in DATABASE_URL = "${value}" must be any, read-write or primary: a bot needs a server that takes writes`;
  throw new BotServerError('invalid_configuration', message);
}
