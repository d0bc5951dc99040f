/** Files. Plain data. */
import type { Canvas } from './canvas.ts';

/** A file that lies at another service: Slack knows where, and what it looks like. */
export interface RemoteFile {
  readonly appId: string;
  readonly externalId: string;
  url: string;
  /** In the app's words, for example `gdoc`. */
  fileType: string | undefined;
  hasPreview: boolean;
}

/** A file that was uploaded. Its content counts against the total of files.ts. */
export interface SlackFile {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  title: string;
  readonly altText: string;
  readonly snippetType: string | undefined;
  readonly createdAtMs: number;
  /** `http://host:port` under which the uploader reached the simulator; its URLs begin with it. Empty of a seed, until the simulator listens. */
  origin: string;
  /** What anybody may download it with, once it was made public; see permalink_public. */
  readonly publicSecret: string;
  isPublicUrlShared: boolean;
  content: Uint8Array;
  /** Where it was shared: the messages by channel id. */
  readonly shares: Map<string, string[]>;
  isDeleted: boolean;
  /** Only of a canvas, whose content is its text as HTML. */
  readonly canvas?: Canvas | undefined;
  /** Only of a remote file, which has no content here. */
  readonly remote?: RemoteFile | undefined;
}
