import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineOperation } from '../operations/operation.ts';
import { operations } from '../operations/operations.ts';
import { routeOf } from './route.ts';
import { createRoutes } from './routes.ts';

const routes = createRoutes(operations);

it.each([
  ['teams.list', 'GET /api/teams'],
  ['teams.show', 'GET /api/teams/{teamId}'],
  ['teams.deactivate', 'POST /api/teams/{teamId}/deactivate'],
  ['teams.import', 'POST /api/teams/import'],
  ['teams.remove', 'POST /api/teams/{teamId}/remove'],
  ['teams.exchange', 'POST /api/teams/exchange'],
  ['events.list', 'GET /api/events'],
  ['events.show', 'GET /api/events/{eventId}'],
  ['events.replay', 'POST /api/events/replay'],
  ['incident.show', 'GET /api/incident'],
  ['incident.ask', 'POST /api/incident/ask'],
  ['cluster.show', 'GET /api/cluster'],
  ['cluster.drain', 'POST /api/cluster/{node}/drain'],
  ['app.move', 'POST /api/app/move'],
  ['keys.rotate', 'POST /api/keys/rotate'],
])('%s is %s', (name, place) => {
  const route = routes.all.find(({ operation }) => operation.name === name);
  expect(`${route?.method} ${route?.path}`).toBe(place);
});

it('whatever is read by pages is read in one way: by limit and cursor, with nextCursor in the answer', () => {
  const pages = routes.all.map(({ operation, fields }) => {
    const answered = z.toJSONSchema(operation.output, { io: 'output' }).properties ?? {};
    return {
      name: operation.name,
      cursor: 'cursor' in fields,
      nextCursor: 'nextCursor' in answered,
      limit: 'limit' in fields,
    };
  });
  const paged = pages.filter(({ cursor, nextCursor }) => cursor || nextCursor);
  expect(paged.map(({ name }) => name)).toEqual(expect.arrayContaining(['teams.list', 'events.list']));
  expect(paged.filter(({ cursor, nextCursor, limit }) => !(cursor && nextCursor && limit))).toEqual([]);
});

describe('a new operation', () => {
  const jobsRun = defineOperation({
    name: 'jobs.run',
    role: 'operate',
    summary: 'for this test',
    input: z.strictObject({ job: z.string(), force: z.boolean().default(false) }),
    output: z.object({}),
    errors: [],
    run: () => Promise.resolve({}),
  });

  it('has the id of what its group is about in its path, and all else in the body', () => {
    expect(routeOf(jobsRun)).toMatchObject({ method: 'POST', path: '/api/jobs/{job}/run', pathField: 'job' });
    const why = { ...jobsRun, name: 'why', role: 'read' } as const;
    expect(routeOf(why)).toMatchObject({ method: 'GET', path: '/api/why', pathField: undefined });
    const timeline = { ...jobsRun, name: 'jobs.runs', role: 'read' } as const;
    expect(routeOf(timeline)).toMatchObject({ method: 'GET', path: '/api/jobs/{job}/runs' });
  });

  it('has a place of its own', () => {
    const places = routes.all.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/, '*')}`);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
    // These are no operations.
    expect(places).not.toContain('GET /api/session');
    expect(places).not.toContain('GET /api/stream');
  });
});

describe('a path', () => {
  const foundAt = (path: string) => {
    const found = routes.find(path);
    return (
      found && { operation: [...found.routes.values()].map(({ operation }) => operation.name), id: found.pathValue }
    );
  };

  it('leads to what is there, with the id decoded', () => {
    expect(foundAt('/api/teams')).toEqual({ operation: ['teams.list'], id: undefined });
    expect(foundAt('/api/teams/T1%2F2')).toEqual({ operation: ['teams.show'], id: 'T1/2' });
    expect(foundAt('/api/teams/T1/restart')).toEqual({ operation: ['teams.restart'], id: 'T1' });
    // The word of a path wins over an id that is spelled like it.
    expect(foundAt('/api/events/replay')).toEqual({ operation: ['events.replay'], id: undefined });
  });

  it.each(['/api', '/api/', '/api/team', '/api/teams/', '/api/teams/T1/', '/api/teams/T1/restart/x', '/api/__proto__'])(
    '%s leads nowhere',
    (path) => expect(foundAt(path)).toBeUndefined(),
  );

  it('whose id is not encoded as it must be is refused', () => {
    expect(() => routes.find('/api/teams/%E0%A4')).toThrow('the id in the path must be percent-encoded UTF-8');
  });
});
