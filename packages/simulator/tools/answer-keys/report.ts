/** What is wrong with the keys of the answers: wrong types, missing keys without a reason, reasons that nothing needs. */
import { absentKeys, type Exception, isContent, otherKinds, untyped } from './absent-keys.ts';
import { compareAnswers, type Findings } from './compare.ts';
import { sdkShape } from './sdk-shapes.ts';

type Answer = Readonly<Record<string, unknown>>;

export interface Report {
  readonly methods: number;
  /** How many keys Slack's answers have, in all places that the answers reached. */
  readonly keys: number;
  readonly missing: number;
  /** Keys that the SDK's types do not have: newer than they, or wrong. */
  readonly unknown: readonly string[];
  /** Empty when all is well. */
  readonly problems: readonly string[];
}

export function reportAnswers(answers: ReadonlyMap<string, readonly Answer[]>): Report {
  const found = [...answers].flatMap(([method, given]) => findingsOf(method, given) ?? []);
  const missing = found.flatMap((one) => [...one.missing].map((key) => `${one.method} ${key}`));
  const wrong = found.flatMap((one) => [...one.wrong].map(([key, what]) => [`${one.method} ${key}`, what] as const));
  const areAbsent = new Exceptions(absentKeys);
  const areOther = new Exceptions(otherKinds);
  const problems = [
    ...[...answers.keys()]
      .filter((method) => !untyped.has(method) && !sdkShape(method))
      .map((method) => `${method}: @slack/web-api has no type for its answer`),
    ...missing
      .filter((key) => !areAbsent.cover(key))
      .map((key) => `${key}: missing, and tools/answer-keys/absent-keys.ts does not say why`),
    ...wrong.filter(([key]) => !areOther.cover(key)).map(([key, what]) => `${key}: ${what}`),
    ...[...areAbsent.unused(), ...areOther.unused()].map((entry) => `${entry}: covers nothing any more`),
  ];
  return {
    methods: found.length,
    keys: found.reduce((sum, { present, missing: absent }) => sum + present.size + absent.size, 0),
    missing: missing.length,
    unknown: found.flatMap((one) => [...one.unknown].map((key) => `${one.method} ${key}`)),
    problems,
  };
}

function findingsOf(method: string, answers: readonly Answer[]): (Findings & { method: string }) | undefined {
  const shape = sdkShape(method);
  // What a refusal says is another thing.
  return (
    shape && {
      method,
      ...compareAnswers(
        answers.filter(({ ok }) => ok === true),
        shape,
        isContent,
      ),
    }
  );
}

/** The exceptions, with a note of which were needed. */
class Exceptions {
  readonly #entries: { place: RegExp; name: RegExp; label: string; isUsed: boolean }[];

  constructor(exceptions: readonly Exception[]) {
    this.#entries = exceptions.flatMap(({ in: place, keys, why }) =>
      keys
        .split(/\s+/)
        .filter(Boolean)
        .map((key) => ({
          place,
          name: new RegExp(`^${key.replaceAll('*', '.*')}$`),
          label: `${key} (${why})`,
          isUsed: false,
        })),
    );
  }

  /** Whether one covers a `method place.name`. */
  cover(key: string): boolean {
    const [method = '', place = ''] = key.split(' ');
    const end = place.lastIndexOf('.');
    const object = `${method} ${place.slice(0, Math.max(end, 0))}`;
    const name = place.slice(end + 1);
    const fitting = this.#entries.filter((entry) => entry.place.test(object) && entry.name.test(name));
    for (const entry of fitting) entry.isUsed = true;
    return fitting.length > 0;
  }

  unused(): string[] {
    return this.#entries.filter(({ isUsed }) => !isUsed).map(({ label }) => label);
  }
}
