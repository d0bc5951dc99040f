/**
 * Watches all scenes of a test file: which secrets there are, and what servers and commands write. When a scene closes, none of
 * the secrets may stand in a log line, the payload of a hook, an HTTP answer, the output of a command, or the database.
 */
import { inspect } from 'node:util';
import type { BotServer, BotServerEvents } from '../src/index.ts';
import { hookNames } from './hook-names.test-kit.ts';
import { type RecordedAnswer, recordAnswers } from './recorded-answers.test-kit.ts';
import { type Finding, secretsInFiles, secretsInRows } from './secret-scan.test-kit.ts';
import { SecretSearch } from './secret-search.test-kit.ts';

/** What the author's code threw is the author's; ours are the words around it. */
const AUTHORS = new Set(['listener_failed', 'hook_failed', 'job_failed']);

interface Written {
  place: string;
  text: string;
}

/** One for all scenes of a test file: a secret of one scene may as little stand in what another one wrote. */
class SecretsWatch {
  readonly #search = new SecretSearch();
  readonly #sources = new Set<() => Iterable<string>>();
  readonly #growing = new Set<() => Written>();
  #written: Written[] = [];

  /** Whether it would be found. */
  knows(secret: string): boolean {
    this.#ask();
    return this.#search.in(secret).length > 0;
  }

  /** Adds secrets. What is not set is none, and what is shorter than 12 characters is not looked for. */
  know(secrets: Iterable<string | undefined>): void {
    this.#search.add([...secrets].filter((secret) => secret !== undefined));
  }

  /** Asks for more secrets at each look; the returned function ends that. */
  ask(source: () => Iterable<string>): () => void {
    this.#sources.add(source);
    return () => {
      this.#ask();
      this.#sources.delete(source);
    };
  }

  wrote(place: string, text: string): void {
    this.#written.push({ place, text });
  }

  /** Looks at what is still being written, again each time; the returned function says that it is complete. */
  follow(place: string, text: () => string): () => void {
    const now = () => ({ place, text: text() });
    this.#growing.add(now);
    return () => {
      if (this.#growing.delete(now)) this.#written.push(now());
    };
  }

  /** Reads along with every hook. */
  listenTo({ server }: Pick<BotServer, 'server'>): void {
    for (const name of hookNames) {
      server.on(name, (payload) => {
        const told = name === 'error' ? withoutAuthorsCause(payload as BotServerEvents['error']) : payload;
        this.wrote(`hook ${name}`, shown(told));
        return undefined;
      });
    }
  }

  /** Reads along with every HTTP answer of the server at `url`, until it has ended; the states and cookies that it hands out are secrets. */
  readAnswersOf(url: string): () => void {
    return recordAnswers(Number(new URL(url).port), (answer) => this.#takeAnswer(answer));
  }

  /** What a rejection says is written somewhere by whoever catches it. */
  caught(place: string, error: unknown): void {
    this.wrote(place, shown(error));
  }

  /** Looks through everything that was written since the last look, and through a database; see `secretsIn…`. */
  async look(database: { path?: string; url?: string } = {}): Promise<Finding[]> {
    this.#ask();
    const found: Finding[] = [];
    for (const { place, text } of [...this.#written.splice(0), ...[...this.#growing].map((now) => now())]) {
      for (const secret of this.#search.in(text)) found.push({ place, secret });
    }
    const secrets = this.#search.all();
    if (database.url !== undefined) found.push(...(await secretsInRows(database.url, secrets)));
    else if (database.path !== undefined) found.push(...(await secretsInFiles(database.path, secrets)));
    return found;
  }

  #ask(): void {
    for (const source of this.#sources) this.#search.add(source());
  }

  #takeAnswer({ to, head, body }: RecordedAnswer): void {
    this.know(
      head.map((line) => /^set-cookie: [^=]+=([^;]*)|^location: .*[?&]state=([^&]+)/i.exec(line)).flatMap(ofMatch),
    );
    // These two are where a state belongs; it is a secret everywhere else.
    const others = head
      .filter((line) => !/^set-cookie:/i.test(line))
      .map((line) => line.replace(/([?&]state=)[^&]+/, '$1'));
    this.wrote(`answer to ${to}`, [...others, body].join('\n'));
  }
}

function ofMatch(match: RegExpExecArray | null): (string | undefined)[] {
  return match?.slice(1) ?? [];
}

/** The watch of this test file. */
export const secretsWatch = new SecretsWatch();

/** The failure that a leak is. Says where, and enough of the secret to know which. */
export function leakError(findings: readonly Finding[]): Error | undefined {
  if (findings.length === 0) return undefined;
  const places = new Set(findings.map(({ place, secret }) => `${place}: ${secret.slice(0, 9)}…${secret.slice(-4)}`));
  return new Error(`Secrets were written in the clear:\n  ${[...places].join('\n  ')}`);
}

function withoutAuthorsCause({ error, ...payload }: BotServerEvents['error']): object {
  const { code, message, facts, stack, cause } = error;
  return { ...payload, code, message, facts, stack, cause: AUTHORS.has(code) ? undefined : cause };
}

function shown(value: unknown): string {
  return inspect(value, { depth: 20, maxStringLength: null, maxArrayLength: null });
}
