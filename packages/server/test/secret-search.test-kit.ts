/**
 * Finds secrets in texts of any size, thousands at once, in one pass. Looks for the longest run of letters and digits of each
 * secret, so that no way of quoting or encoding what stands around it hides it.
 */

/** What is shorter would be found where there is no secret. */
const MIN_RUN = 12;

/** What is looked for. Grows; never forgets. */
export class SecretSearch {
  readonly #secrets = new Set<string>();
  /** Secrets by their longest run. */
  readonly #byRun = new Map<string, string>();
  readonly #lengths = new Set<number>();
  /** Without a run that is long enough: found as they are. */
  readonly #plain = new Set<string>();

  /** @param isHex Whether their bytes in hexadecimal digits are looked for, too: so a database shows binary columns. */
  add(secrets: Iterable<string>, { isHex = false } = {}): void {
    for (const secret of secrets) {
      if (secret.length < MIN_RUN || this.#secrets.has(secret)) continue;
      this.#secrets.add(secret);
      const run = longestRunIn(secret);
      if (run.length < MIN_RUN) this.#plain.add(secret);
      else this.#addRun(run, secret);
      if (isHex) this.#addRun(Buffer.from(run.length < MIN_RUN ? secret : run).toString('hex'), secret);
    }
  }

  all(): string[] {
    return [...this.#secrets];
  }

  /** The secrets that stand in the text. */
  in(text: string): string[] {
    const found = new Set<string>();
    for (const secret of this.#plain) if (text.includes(secret)) found.add(secret);
    for (const [word] of text.matchAll(/[A-Za-z0-9]{12,}/g)) {
      for (const length of this.#lengths) {
        for (let at = 0; at + length <= word.length; at++) {
          const secret = this.#byRun.get(word.slice(at, at + length));
          if (secret !== undefined) found.add(secret);
        }
      }
    }
    return [...found];
  }

  #addRun(run: string, secret: string): void {
    this.#byRun.set(run, secret);
    this.#lengths.add(run.length);
  }
}

function longestRunIn(text: string): string {
  const runs = text.match(/[A-Za-z0-9]+/g) ?? [''];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest));
}
