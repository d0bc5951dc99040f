import { describe, expect, it } from 'vitest';
import { compareExactness, isSameRoute, matchPath, parseRoute } from './route-pattern.ts';

describe('a route', () => {
  it.each([
    ['GET /pictures/:id', '/pictures/7', { id: '7' }],
    ['GET /pictures/:id', '/pictures/a%20b%2Fc', { id: 'a b/c' }],
    ['GET /pictures/:id', '/pictures/', undefined],
    ['GET /pictures/:id', '/pictures/7/8', undefined],
    ['GET /pictures/:id', '/pictures', undefined],
    ['GET /files/*', '/files/a/b%20c.png', { '*': 'a/b c.png' }],
    ['GET /files/*', '/files/', { '*': '' }],
    ['GET /files/*', '/files', undefined],
    ['POST /billing', '/billing', {}],
    ['POST /billing', '/billing/', undefined],
    ['POST /billing', '/Billing', undefined],
  ])('%s and %s', (route, path, params) => {
    expect(matchPath(parseRoute(route), path)).toEqual(params);
  });

  it.each([
    ['/billing', 'must be a method'],
    ['post /billing', 'must be a method'],
    ['TRACE /billing', 'must be a method'],
    ['POST billing', 'must be a method'],
    ['POST /a b', 'must be a method'],
    ['GET /', "begins like the server's own"],
    ['GET /healthz', 'own paths'],
    ['GET /api/mine', 'own paths'],
    ['POST /slack/events', 'own paths'],
    ['GET /admin', 'own paths'],
    ['GET /:anything', 'must begin with a fixed word'],
    ['GET /*', 'must begin with a fixed word'],
    ['GET /files/*/more', 'has a * that is not its last part'],
    ['GET /files/:', 'has the parameter :'],
    ['GET /files/:__proto__', 'has the parameter :__proto__'],
    ['GET /caf\u00e9', 'only letters'],
    ['GET /a?b=c', 'only letters'],
  ])('cannot be %j', (route, words) => {
    expect(() => parseRoute(route)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(words) }),
    );
  });

  it('that is more exact comes first, and two that mean the same are one', () => {
    const routes = ['GET /a/*', 'GET /a/:id', 'GET /a/b', 'GET /a/:id/c'].map(parseRoute);
    const names = routes.toSorted(compareExactness).map(({ segments }) => segments.map(({ kind }) => kind).join(' '));
    expect(names).toEqual(['word word', 'word param word', 'word param', 'word rest']);
    expect(isSameRoute(parseRoute('GET /a/:id'), parseRoute('GET /a/:name'))).toBe(true);
    expect(isSameRoute(parseRoute('GET /a/:id'), parseRoute('POST /a/:id'))).toBe(false);
  });
});
