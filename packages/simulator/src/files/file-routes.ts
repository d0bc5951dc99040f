/**
 * The plain HTTP beside the files.* methods: the upload URL that takes a file's content, and the links that give it.
 * On node:http itself, with the body read up to the length that was announced.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stopwatch } from '../clock/clock.ts';
import { readBody } from '../http/body.ts';
import { readForm } from '../http/multipart.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import { typeOf } from '../workspace/file-shape.ts';
import { FILE_LIMIT_BYTES, type Upload } from '../workspace/file-store.ts';
import { canSeeFile } from '../workspace/files.ts';
import { maskToken } from '../workspace/ids.ts';
import type { SlackFile, Team, Token } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';

/** Room for the frame of a multipart body around the file. */
const MULTIPART_EXTRA_BYTES = 64 * 1024;
const OCTETS = 'application/octet-stream';

const AREAS: ReadonlySet<string> = new Set(['upload', 'files-pri', 'files-tmb', 'files-pub']);
/** They give to whoever has a token that may see the file. */
const PRIVATE_AREAS: ReadonlySet<string> = new Set(['files-pri', 'files-tmb']);

/** What came of a request, for the log. */
interface Outcome {
  readonly status: number;
  readonly team: string | undefined;
  readonly token?: Token | undefined;
}

/** The upload and download URLs of one simulator. */
export class FileRoutes {
  readonly #world: World;
  readonly #log: ActivityLog;

  constructor(options: { world: World; log: ActivityLog }) {
    this.#world = options.world;
    this.#log = options.log;
  }

  /** Whether a path belongs here. */
  owns(path: string): boolean {
    return AREAS.has(path.split('/', 2)[1] ?? '');
  }

  /** Answers one request whose path it owns. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const startedAt = stopwatch();
    const [, area = '', ...rest] = path.split('/');
    const outcome =
      area === 'upload' ? await this.#receive(request, response, rest) : this.#give(request, response, area, rest);
    this.#log.add({
      kind: 'request',
      method: `${request.method} /${area}`,
      status: outcome.status,
      ok: outcome.status === 200,
      team: outcome.team,
      app: outcome.token?.app.id,
      token: outcome.token && maskToken(outcome.token.value),
      tokenId: outcome.token?.id,
      durationMs: Math.round((stopwatch() - startedAt) * 100) / 100,
    });
  }

  /** `/upload/v1/<ticket>`: the content as it is, or as a file in a form. The ticket is the permission. */
  async #receive(request: IncomingMessage, response: ServerResponse, [, ticket = '']: string[]): Promise<Outcome> {
    const upload = this.#world.files.findUploadByTicket(ticket);
    const body = await readBody(request, FILE_LIMIT_BYTES + MULTIPART_EXTRA_BYTES);
    if (body.kind === 'aborted') return { status: 0, team: upload?.team.id };
    const status = body.kind === 'too_large' ? 413 : await this.#keep(upload, request, body.bytes);
    const text = status === 200 ? `OK - ${upload?.sizeBytes ?? 0}` : REASONS[status];
    send(response, status, text);
    return { status, team: upload?.team.id };
  }

  async #keep(upload: Upload | undefined, request: IncomingMessage, bytes: Buffer): Promise<200 | 400 | 404 | 405> {
    if (request.method !== 'POST' && request.method !== 'PUT') return 405;
    if (!upload) return 404;
    const content = await contentOf(request.headers['content-type'], bytes);
    if (content?.length !== upload.sizeBytes) return 400;
    this.#world.files.receive(upload, content);
    return 200;
  }

  /** `/files-pri/T…-F…/[download/]name` and thumbnails with a token in the header, `/files-pub/T…-F…-secret` for anybody. */
  #give(request: IncomingMessage, response: ServerResponse, area: string, [ids = '', ...rest]: string[]): Outcome {
    const [teamId = '', fileId = '', secret] = ids.split('-');
    const team = this.#world.teams.get(teamId);
    const file = team && this.#world.files.find(team, fileId);
    const token = this.#tokenOf(request);
    if (PRIVATE_AREAS.has(area) && !(token && team && isOf(token, team))) {
      // As Slack does: a page to sign in, and no error. Whoever forgets the header saves that page as the file.
      response.writeHead(302, { location: `/?redir=${encodeURIComponent(`/${area}/${ids}/${rest.join('/')}`)}` }).end();
      return { status: 302, team: teamId, token };
    }
    const isPublic = area === 'files-pub' && file?.isPublicUrlShared === true && file.publicSecret === secret;
    const maySee = isPublic || (token !== undefined && PRIVATE_AREAS.has(area));
    if (!team || !file || file.isDeleted || !maySee || !(isPublic || canSeeFile(team, file, token?.userId ?? ''))) {
      send(response, 404, REASONS[404]);
      return { status: 404, team: teamId, token };
    }
    giveContent(response, file, { isDownload: rest[0] === 'download' && rest.length > 1 });
    return { status: 200, team: teamId, token };
  }

  #tokenOf(request: IncomingMessage): Token | undefined {
    const value = /^bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = value === undefined ? undefined : this.#world.tokens.get(value);
    if (token?.status !== 'active') return undefined;
    const isExpired = token.expiresAtMs !== undefined && token.expiresAtMs <= this.#world.clock.now();
    const mayRead = token.app.kind === 'classic' || token.scopes.includes('files:read');
    return isExpired || !mayRead ? undefined : token;
  }
}

function isOf(token: Token, team: Team): boolean {
  return token.team === team || (token.enterprise !== undefined && token.enterprise === team.enterprise);
}

const REASONS = { 400: 'Length mismatch', 404: 'Not found', 405: 'Method not allowed', 413: 'Too large' } as const;

/** The file of a multipart form, whatever its field is called; otherwise the whole body. */
async function contentOf(contentType: string | undefined, bytes: Buffer): Promise<Uint8Array | undefined> {
  if (!contentType?.toLowerCase().startsWith('multipart/form-data')) return bytes;
  try {
    const form = await readForm(contentType, bytes);
    for (const value of form.values()) if (typeof value !== 'string') return new Uint8Array(await value.arrayBuffer());
  } catch {
    // Not the form that it says it is: the same as no file in it.
  }
  return undefined;
}

function giveContent(response: ServerResponse, file: SlackFile, { isDownload }: { isDownload: boolean }): void {
  // A canvas is given as HTML, whatever files.info calls it.
  const mimeType = file.canvas ? 'text/html; charset=utf-8' : typeOf(file).mimeType;
  const disposition = isDownload ? 'attachment' : 'inline';
  response.writeHead(200, {
    'content-type': isDownload ? OCTETS : mimeType,
    'content-length': file.content.length,
    'content-disposition': `${disposition}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    // An uploaded page must not act in the name of the simulator's own pages.
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  response.end(file.content);
}

function send(response: ServerResponse, status: number, text: string): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
