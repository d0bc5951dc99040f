import { describe, expect, it } from 'vitest';
import { splitHosts } from './postgres-url.ts';

describe('the hosts of DATABASE_URL', () => {
  it.each<[string, readonly string[], string]>([
    ['postgres://u:p@a/db', ['postgres://u:p@a/db'], 'any'],
    ['postgres://u:p@a/db?sslmode=disable', ['postgres://u:p@a/db?sslmode=disable'], 'any'],
    ['postgres://a/db?target_session_attrs=primary', ['postgres://a/db'], 'primary'],
    ['postgres://u:p@a,b:5433/db', ['postgres://u:p@a/db', 'postgres://u:p@b:5433/db'], 'read-write'],
    ['postgres://a:1,[::1]:2/db?x=1', ['postgres://a:1/db?x=1', 'postgres://[::1]:2/db?x=1'], 'read-write'],
    ['postgresql://a,b/db?target_session_attrs=any', ['postgresql://a/db', 'postgresql://b/db'], 'read-write'],
    ['postgres://a,b/db?x=1&target_session_attrs=primary', ['postgres://a/db?x=1', 'postgres://b/db?x=1'], 'primary'],
    [
      'postgres://u@/db?host=a,b&port=1,2',
      ['postgres://u@/db?host=a&port=1', 'postgres://u@/db?host=b&port=2'],
      'read-write',
    ],
    [
      'postgres:///db?host=a%2Cb&port=6',
      ['postgres:///db?host=a&port=6', 'postgres:///db?host=b&port=6'],
      'read-write',
    ],
    ['postgres:///db?host=/run/postgresql', ['postgres:///db?host=/run/postgresql'], 'any'],
    ['postgres://u:a,b@c/db', ['postgres://u:a,b@c/db'], 'any'],
  ])('%s are %j, and the one that is %s', (url, urls, target) => {
    expect(splitHosts(url)).toEqual({ urls, target });
  });

  it.each(['standby', 'read-only', 'prefer-standby', 'x'])('must not be %s: the bot writes', (target) => {
    expect(() => splitHosts(`postgres://a,b/db?target_session_attrs=${target}`)).toThrow(
      `target_session_attrs in DATABASE_URL = "${target}" must be any, read-write or primary`,
    );
  });

  it('must have a port for all, or one each', () => {
    expect(() => splitHosts('postgres:///db?host=a,b,c&port=1,2')).toThrow('3 hosts and 2 ports');
  });
});
