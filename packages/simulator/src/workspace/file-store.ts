/**
 * The files of one simulator, with what is on its way to become one. Its memory is bounded: beyond the stated total the
 * oldest files are forgotten, as old messages are.
 */
import type { SlackFile, Team } from './model.ts';

/** All content together, in bytes. */
export const FILES_KEPT_BYTES = 64 * 1024 * 1024;
/** The largest file. Slack takes 1 GB; nobody tests a bot with that. */
export const FILE_LIMIT_BYTES = 32 * 1024 * 1024;
/** Deleted files count, because they are still answered with `file_deleted`. */
const FILES_KEPT = 10_000;
/** Uploads that were announced and not completed. */
const UPLOADS_KEPT = 1000;

/** A file that was announced by files.getUploadURLExternal. */
export interface Upload {
  readonly ticket: string;
  /** How long it will be. */
  readonly sizeBytes: number;
  readonly team: Team;
  /** As it will be; its content is empty until it arrived. */
  readonly file: SlackFile;
  hasArrived: boolean;
}

/** Files by id, oldest first. */
export class FileStore {
  readonly #files = new Map<string, SlackFile>();
  readonly #uploads = new Map<string, Upload>();
  #sizeBytes = 0;

  /** The bytes that are kept now. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  has(id: string): boolean {
    return this.#files.has(id) || this.#findUpload(id) !== undefined;
  }

  /** Deleted ones too. */
  find(team: Team, id: string): SlackFile | undefined {
    const file = this.#files.get(id);
    return file?.teamId === team.id ? file : undefined;
  }

  /** Newest first, without deleted ones. */
  list(team: Team): SlackFile[] {
    return [...this.#files.values()].filter((file) => file.teamId === team.id && !file.isDeleted).reverse();
  }

  announce(upload: Upload): void {
    this.#uploads.set(upload.ticket, upload);
    if (this.#uploads.size <= UPLOADS_KEPT) return;
    const [oldest] = this.#uploads.values();
    if (oldest) this.#drop(oldest);
  }

  findUploadByTicket(ticket: string): Upload | undefined {
    return this.#uploads.get(ticket);
  }

  /** The content arrived; it may be sent again until the upload is completed. */
  receive(upload: Upload, content: Uint8Array): void {
    this.#sizeBytes += content.length - upload.file.content.length;
    upload.file.content = content;
    upload.hasArrived = true;
    this.#makeRoom();
  }

  /** The upload with that file id, if its content is here. */
  findArrived(team: Team, fileId: string): Upload | undefined {
    const upload = this.#findUpload(fileId);
    return upload?.team === team && upload.hasArrived ? upload : undefined;
  }

  /** From now on it is a file. */
  complete(upload: Upload): SlackFile {
    this.#uploads.delete(upload.ticket);
    this.#files.set(upload.file.id, upload.file);
    this.#makeRoom();
    return upload.file;
  }

  /** A file that nobody uploaded. */
  add(file: SlackFile): void {
    this.#sizeBytes += file.content.length;
    this.#files.set(file.id, file);
    this.#makeRoom();
  }

  /** The simulator listens: files that a seed brought have an address now. */
  settle(origin: string): void {
    for (const file of this.#files.values()) file.origin ||= origin;
  }

  /** Exchanges the content of a file. */
  replace(file: SlackFile, content: Uint8Array): void {
    if (this.#files.get(file.id) !== file || file.isDeleted) return;
    this.#sizeBytes += content.length - file.content.length;
    file.content = content;
    this.#makeRoom();
  }

  /** Frees the content; the id stays known as deleted. */
  delete(file: SlackFile): void {
    this.#sizeBytes -= file.content.length;
    file.content = NOTHING;
    file.isDeleted = true;
  }

  #findUpload(fileId: string): Upload | undefined {
    for (const upload of this.#uploads.values()) if (upload.file.id === fileId) return upload;
    return undefined;
  }

  #makeRoom(): void {
    for (const file of this.#files.values()) {
      if (this.#sizeBytes <= FILES_KEPT_BYTES && this.#files.size <= FILES_KEPT) return;
      this.#files.delete(file.id);
      if (!file.isDeleted) this.delete(file);
    }
    for (const upload of this.#uploads.values()) {
      if (this.#sizeBytes <= FILES_KEPT_BYTES) return;
      this.#drop(upload);
    }
  }

  #drop(upload: Upload): void {
    this.#uploads.delete(upload.ticket);
    this.delete(upload.file);
  }
}

const NOTHING = new Uint8Array(0);
