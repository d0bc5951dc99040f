/**
 * Sees every change of the installation rows, whoever wrote them: this process, another one or the CLI.
 * Reads what is newer than it has seen, each second and at once when woken (by another process, too: store/notices.ts), with the credentials of a page in one statement:
 * asking for those of each row took 10 s with 100,000. What to do about a change is the caller's.
 */
import type { Notices } from '../store/notices.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { InstallationKey } from './installation.ts';
import {
  type Credentials,
  type Installations,
  type InstallationView,
  type LatestChange,
  noCredentials,
} from './installations.ts';

export interface RowWatcherDeps {
  installations: Installations;
  /** An installation was deleted, by whomever; a later install than that one may be known already. */
  onPurged?(key: InstallationKey, install: number): void;
  /** After each poll: each row that was to be told until then was told, but these. */
  onPolled?(owed: ReadonlySet<InstallationKey>): void;
  /** Whose rows were told. @defaultValue nobody knows: rows that an older database lacks are not told as gone */
  known?(): Iterable<InstallationKey>;
  clock: Clock;
  /** What other processes tell. @defaultValue nothing */
  notices?: Pick<Notices, 'on'>;
  log: { error(facts: object, message: string): void; warn(facts: object, message: string): void };
  /** Time between two polls, in milliseconds. @defaultValue 1000 */
  intervalMs?: number;
}

/** `credentials` were read after the row, so they are of it or of a later one; those of a row that is not active are none. */
type OnChange = (view: InstallationView, credentials: Credentials) => Promise<void>;

interface Page {
  /** How often rows had been asked for when it was read. */
  asked: number;
  views: readonly InstallationView[];
  credentials: ReadonlyMap<InstallationKey, Credentials>;
}

/** Rows read at once; what is more comes with the next poll, without a wait. */
const PAGE = 500;

/** Watches the rows from `start` to `stop`. */
export class RowWatcher {
  readonly #deps: RowWatcherDeps;
  readonly #intervalMs: number;
  #onChange: OnChange = () => Promise.resolve();
  /** Rows that are to be told once more, or could not be followed because the store failed: told with each poll, as they are then. */
  readonly #owed = new Set<InstallationKey>();
  #seenSeq = 0;
  /** Whose row had that number. */
  #seenKey: InstallationKey | undefined;
  #seenPurgedSeq = 0;
  /** Counts `tellAgain`: what is read before one may say of rows what was true under their former owner. */
  #asked = 0;
  #timer: Timer | undefined;
  #endListening: (() => void) | undefined;
  #polling: Promise<void> | undefined;
  #isWoken = false;
  #isStarted = false;
  #isStopped = false;

  constructor(deps: RowWatcherDeps) {
    this.#deps = deps;
    this.#intervalMs = deps.intervalMs ?? 1_000;
  }

  /**
   * Reads every row once; answers how many. From then on changes are seen.
   * @param onChange Called for each row, in commit order, one after the other. A failing call is logged, does not stop the others and comes again.
   */
  async start(onChange: OnChange): Promise<number> {
    this.#onChange = onChange;
    // Before the first look: what commits during that is told.
    this.#endListening = this.#deps.notices?.on('rows', () => this.wake());
    const reading = this.#readNewer();
    this.#polling = reading.then(
      () => {},
      () => {},
    );
    const count = await reading;
    this.#isStarted = true;
    this.#tellPolled();
    this.#polling = undefined;
    this.#goOn();
    return count;
  }

  /** Polls at once. Several calls during one poll, or before the first has ended, lead to one more. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isStarted && !this.#polling) this.#poll();
  }

  /**
   * Reads these rows once more and tells them, changed or not; those that are deleted are told as gone. Returns at once. From now on
   * no row is told as it was before: what is being read is read anew, also where nobody knows its keys yet.
   */
  tellAgain(keys: Iterable<InstallationKey>): void {
    this.#asked++;
    for (const key of keys) this.#owed.add(key);
    if (this.#owed.size > 0) this.wake();
  }

  /** How many rows are still to be told once more. */
  get owed(): number {
    return this.#owed.size;
  }

  /** Resolves when every change that is committed now was told. */
  async caughtUp(): Promise<void> {
    this.wake();
    // The poll that runs may have begun before the change; the one that it was woken for comes after it.
    await this.#polling;
    await this.#polling;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endListening?.();
    this.#timer?.cancel();
    await this.#polling;
  }

  #poll(): void {
    if (this.#isStopped) return;
    this.#timer?.cancel();
    this.#polling = this.#pollUntilQuiet().finally(() => {
      this.#polling = undefined;
      this.#goOn();
    });
  }

  #goOn(): void {
    if (this.#isWoken) this.#poll();
    else this.#plan();
  }

  async #pollUntilQuiet(): Promise<void> {
    this.#isWoken = false;
    const owed = Array.from(this.#owed);
    try {
      const latest = await this.#deps.installations.latestChange(this.#seenKey);
      const isOlder = this.#isOlder(latest);
      if (isOlder) this.#beginAnew();
      if (latest.changedSeq > this.#seenSeq) await this.#readNewer();
      if (latest.purgedSeq > this.#seenPurgedSeq) await this.#readPurged();
      if (isOlder) await this.#tellLost();
      for (let from = 0; from < owed.length; from += PAGE) await this.#tellOwed(owed.slice(from, from + PAGE));
      this.#tellPolled();
    } catch (error) {
      // The store will answer again; until then every connection stays as it is.
      this.#deps.log.error({ err: error }, 'installations could not be read');
    }
  }

  #tellPolled(): void {
    if (!this.#isStopped) this.#deps.onPolled?.(this.#owed);
  }

  #plan(): void {
    if (!this.#isStopped) this.#timer = this.#deps.clock.after(this.#intervalMs, () => this.#poll());
  }

  async #readNewer(): Promise<number> {
    let count = 0;
    let reading = this.#readPage(this.#seenSeq);
    for (;;) {
      const { asked, views, credentials } = await reading;
      const last = views.length === PAGE ? views.at(-1) : undefined;
      if (last) reading = this.#readPage(last.installation.changedSeq);
      for (const view of views) {
        if (this.#isStopped) return count;
        if (asked !== this.#asked) break;
        await this.#tell(view, credentials);
        this.#seenSeq = view.installation.changedSeq;
        this.#seenKey = view.installation.key;
        count++;
      }
      if (this.#isStopped) return count;
      if (asked !== this.#asked) reading = this.#readPage(this.#seenSeq);
      else if (!last) return count;
    }
  }

  /** Begun while the page before is told: a start with 100,000 installations waits for neither the store nor this process alone. */
  #readPage(afterSeq: number): Promise<Page> {
    const read = async (): Promise<Page> => {
      const asked = this.#asked;
      const views = await this.#deps.installations.changedSince(afterSeq, PAGE);
      return { asked, views, credentials: await this.#credentialsOf(views) };
    };
    const page = read();
    // It fails before it is waited for, or nobody waits for it any more.
    page.catch(() => {});
    return page;
  }

  async #readPurged(): Promise<void> {
    for (;;) {
      const purged = await this.#deps.installations.purgedSince(this.#seenPurgedSeq, PAGE);
      for (const { key, install, seq } of purged) {
        this.#seenPurgedSeq = seq;
        this.#owed.delete(key);
        this.#deps.onPurged?.(key, install);
      }
      if (purged.length < PAGE) return;
    }
  }

  /**
   * Whether the database was taken back to before what was read of it, as by a restore, or by a failover to a standby that lagged: numbers
   * are drawn again then, and what is changed under those up to `#seenSeq` would never be read. A row's own number only grows.
   */
  #isOlder({ ownSeq, purgedSeq }: LatestChange): boolean {
    if (this.#seenKey === undefined) return false;
    if (ownSeq !== null) return ownSeq < this.#seenSeq;
    const isPurged = purgedSeq > this.#seenSeq;
    if (isPurged) this.#seenKey = undefined;
    return !isPurged;
  }

  #beginAnew(): void {
    const facts = { seenSeq: this.#seenSeq };
    this.#deps.log.warn(facts, 'the database is older than what was read of it: all installations are read anew');
    this.#seenSeq = 0;
    this.#seenKey = undefined;
    this.#seenPurgedSeq = 0;
  }

  /** What the database had when it was younger. */
  async #tellLost(): Promise<void> {
    const known = Array.from(this.#deps.known?.() ?? []);
    for (let from = 0; from < known.length; from += PAGE) {
      const keys = known.slice(from, from + PAGE);
      const views = await this.#deps.installations.findMany(keys);
      const found = new Set(views.map(({ installation }) => installation.key));
      for (const key of keys) if (!found.has(key)) this.#deps.onPurged?.(key, Number.POSITIVE_INFINITY);
    }
  }

  async #tellOwed(keys: readonly InstallationKey[]): Promise<void> {
    const asked = this.#asked;
    const owed = keys.filter((key) => this.#owed.has(key));
    const views = await this.#deps.installations.findMany(owed);
    const credentials = await this.#credentialsOf(views);
    for (const view of views) {
      // What was asked for meanwhile comes with the next poll, for which that has woken.
      if (this.#isStopped || asked !== this.#asked) return;
      await this.#tell(view, credentials);
    }
    const found = new Set(views.map(({ installation }) => installation.key));
    for (const key of owed) if (!found.has(key)) this.#owed.delete(key);
  }

  #credentialsOf(views: readonly InstallationView[]): Promise<ReadonlyMap<InstallationKey, Credentials>> {
    const active = views.filter(({ installation }) => installation.state.kind === 'active');
    return this.#deps.installations.credentialsOf(active.map(({ installation }) => installation.key));
  }

  async #tell(view: InstallationView, credentials: ReadonlyMap<InstallationKey, Credentials>): Promise<void> {
    const { key } = view.installation;
    const asked = this.#asked;
    try {
      await this.#onChange(view, credentials.get(key) ?? noCredentials());
      // Asked for while it was told: once more.
      if (asked === this.#asked) this.#owed.delete(key);
    } catch (error) {
      if (!this.#owed.has(key)) {
        this.#deps.log.error({ key, err: error }, 'change of an installation could not be followed');
      }
      this.#owed.add(key);
    }
  }
}
