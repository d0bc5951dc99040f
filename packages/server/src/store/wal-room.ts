/**
 * Keeps SQLite's log (WAL) small where there is little room. By default it grows to 32 MB before it is written back, and on a
 * disk that it has filled it cannot be written back any more. Runs in the store's worker, in which a look at the disk costs
 * some microseconds, once a second.
 */
import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

/** Pages before the log is written back, where there is room: the pages of a busy inbox are written again and again. [measured] */
const PAGES = 4_000;
/** A transaction of the inbox needs some; below that each commit would write back. */
const MIN_PAGES = 32;
/** The log takes this part of the room, so that what it holds finds room in the file. */
const SHARE = 1 / 8;
const JOURNAL_LIMIT_BYTES = 67_108_864;
const LOOK_EVERY_MS = 1_000;
/** SQLite's own limit. (https://sqlite.org/limits.html) */
const UNLIMITED_PAGES = 4_294_967_294;

/** One per writing connection. */
export class WalRoom {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #pageBytes: number;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #pages = 0;
  #isTight = false;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    this.#pageBytes = Number(this.#pragma('page_size'));
    this.look();
  }

  /** Called before each transaction that writes; looks once a second, on a disk with little room each time. */
  look(): void {
    const nowMs = performance.now();
    if (!this.#isTight && nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = nowMs;
    const walBytes = sizeOf(`${this.#path}-wal`);
    const freeBytes = freeIn(dirname(this.#path)) + walBytes;
    const pages = Math.max(MIN_PAGES, Math.min(PAGES, Math.floor((freeBytes * SHARE) / this.#pageBytes)));
    if (pages !== this.#pages) this.#limitLog(pages);
    if (pages < PAGES || this.#isTight) this.#limitFile(freeBytes, pages < PAGES);
  }

  /** The disk is full: writes the log back as far as there is room, and gives its room back. */
  relieve(): void {
    try {
      this.#db.exec('pragma wal_checkpoint(truncate)');
    } catch {
      // No room for that either: it is tried again after the next write that finds none.
    }
  }

  #limitLog(pages: number): void {
    this.#pages = pages;
    const keptBytes = pages === PAGES ? JOURNAL_LIMIT_BYTES : pages * this.#pageBytes;
    this.#db.exec(`pragma wal_autocheckpoint = ${pages}; pragma journal_size_limit = ${keptBytes}`);
  }

  /** The file must leave room for the log: otherwise nothing could be deleted any more, and the disk would stay full. */
  #limitFile(freeBytes: number, isTight: boolean): void {
    this.#isTight = isTight;
    if (!isTight) return this.#db.exec(`pragma max_page_count = ${UNLIMITED_PAGES}`);
    const takenBytes = sizeOf(this.#path);
    const forLog = 2 * Math.max(this.#pages, MIN_PAGES * 4) * this.#pageBytes;
    const pages = Math.floor((takenBytes + freeBytes - forLog) / this.#pageBytes);
    // What is less than the file holds already means: no more than that.
    this.#db.exec(`pragma max_page_count = ${Math.max(1, pages)}`);
  }

  #pragma(name: string): unknown {
    return this.#db.prepare(`pragma ${name}`).get()?.[name];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function freeIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
