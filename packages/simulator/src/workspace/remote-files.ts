/** Files of other services: an app tells Slack of them, and they are shared like files. */
import type { App, RemoteFile, SlackFile, Team } from './model.ts';
import type { World } from './world.ts';

/** A file that is remote. */
export type RemoteSlackFile = SlackFile & { readonly remote: RemoteFile };

/** What an app says about a file; what is absent stays. */
export interface RemoteChange {
  title?: string | undefined;
  url?: string | undefined;
  fileType?: string | undefined;
  hasPreview?: boolean | undefined;
}

/** The remote file of the app, by Slack's id or by its own. Deleted ones are gone. */
export function findRemoteFile(
  world: World,
  { team, app }: { team: Team; app: App },
  by: { id?: string | undefined; externalId?: string | undefined },
): RemoteSlackFile | undefined {
  return world.files.list(team).find((file): file is RemoteSlackFile => {
    if (file.remote?.appId !== app.id) return false;
    return by.id === undefined ? file.remote.externalId === by.externalId : file.id === by.id;
  });
}

/** Tells Slack of a file; nobody sees it until it is shared. */
export function addRemoteFile(
  world: World,
  facts: { team: Team; app: App; userId: string; externalId: string; origin: string },
  said: RemoteChange & { title: string; url: string },
): RemoteSlackFile {
  const { team, app, userId, externalId, origin } = facts;
  const { title, url, fileType, hasPreview = false } = said;
  const file: RemoteSlackFile = {
    id: world.freshId('F', world.files),
    teamId: team.id,
    userId,
    name: title,
    title,
    altText: '',
    snippetType: undefined,
    createdAtMs: world.clock.now(),
    origin,
    publicSecret: world.ids.secret(10),
    isPublicUrlShared: false,
    content: new Uint8Array(0),
    shares: new Map(),
    isDeleted: false,
    remote: { appId: app.id, externalId, url, fileType, hasPreview },
  };
  world.files.add(file);
  world.events.emit({ type: 'file_created', team, fileId: file.id, userId, channelIds: [] });
  return file;
}

/** Changes what is known of it, and tells who may read files. */
export function changeRemoteFile(world: World, team: Team, file: RemoteSlackFile, change: RemoteChange): void {
  const { title = file.title, url, fileType, hasPreview } = change;
  const { remote } = file;
  file.title = title;
  remote.url = url ?? remote.url;
  remote.fileType = fileType ?? remote.fileType;
  remote.hasPreview = hasPreview ?? remote.hasPreview;
  const channelIds = [...file.shares.keys()];
  world.events.emit({ type: 'file_changed', team, fileId: file.id, userId: file.userId, channelIds });
}
