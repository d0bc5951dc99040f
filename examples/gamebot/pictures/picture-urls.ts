/**
 * Where pictures are. Slack fetches them by an address of this server (an image block takes up to 3,000 characters of it, and PNG),
 * without proof of who asks; so the board's key is part of it, and its version, since Slack keeps what it has fetched.
 */
import type { Server } from 'slack-bot-server';
import type { Board } from '../game/board.ts';

/** A board as a picture shows it. */
interface Shown {
  teamId: string;
  channelId: string;
  board: Pick<Board, 'pictureKey'>;
  version: number;
}

export interface PictureUrls {
  chart(shown: Shown): string;
  history(shown: Shown & { ids: readonly string[] }): string;
}

/** Of the routes, which picture-routes.ts answers. */
export const PICTURE_PATH = '/gamebot/pictures';

export function createPictureUrls(server: Pick<Server, 'publicUrl'>): PictureUrls {
  const url = ({ teamId, channelId, board, version }: Shown, name: string, query: Record<string, string> = {}) => {
    const found = new URL(server.publicUrl(`${PICTURE_PATH}/${teamId}/${channelId}/${board.pictureKey}/${name}`));
    for (const [key, value] of Object.entries({ v: String(version), ...query })) found.searchParams.set(key, value);
    return found.href;
  };
  return {
    chart: (shown) => url(shown, 'chart.png'),
    history: ({ ids, ...shown }) => url(shown, 'history.png', { players: ids.join(',') }),
  };
}

/** Slack's limit of what stands in place of a picture, in characters. */
const LONGEST_ALT = 2_000;

export function pictureBlock({ url, alt }: { url: string; alt: string }) {
  return { type: 'image' as const, image_url: url, alt_text: alt.slice(0, LONGEST_ALT) };
}
