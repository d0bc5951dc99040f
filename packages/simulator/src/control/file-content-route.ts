/** `/_sim/teams/:team/files/:file/content`: a file as a person sees it in the page. Apps use the links that Slack gives them, with a token. */
import { Hono } from 'hono';
import { SimulatorError } from '../errors.ts';
import { errorAnswer, readQuery } from '../http/http-json.ts';
import { typeOf } from '../workspace/file-shape.ts';
import { canSeeFile } from '../workspace/files.ts';
import { personOf, teamOf } from '../workspace/lookups.ts';
import type { World } from '../workspace/world.ts';
import { listQuery } from './lists/list-schema.ts';

/** What a browser may show in the page; anything else is text, or saved. */
const SHOWN = /^(image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)|video\/|audio\/|application\/pdf$)/;
const READ = /^(text\/|application\/(json|xml|javascript|yaml))/;

/** The route below `/_sim`. */
export function fileContentRoutes(world: World): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.get('/teams/:team/files/:file/content', (c) => {
    const { team: reference, file: id } = c.req.param();
    const team = teamOf(world, reference);
    const me = personOf(team, readQuery(c, listQuery).user);
    const file = world.files.find(team, id);
    if (!file || file.isDeleted || !canSeeFile(team, file, me.id))
      throw new SimulatorError('not_found', `${me.name} sees no file ${id}`);
    const { mimeType } = typeOf(file);
    const type = SHOWN.test(mimeType)
      ? mimeType
      : READ.test(mimeType)
        ? 'text/plain; charset=utf-8'
        : 'application/octet-stream';
    return c.body(new Uint8Array(file.content), 200, {
      'content-type': type,
      'content-disposition': `${type === 'application/octet-stream' ? 'attachment' : 'inline'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      // An uploaded page must not act in the name of the simulator's own, nor be shown by another site.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=3600',
    });
  });
  return routes;
}
