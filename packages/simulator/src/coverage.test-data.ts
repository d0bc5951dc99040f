/** What a folder declares about what it covers. COVERAGE.md is made of these tables; test/coverage.test.ts keeps them true. */

/** What shows that something works. */
export interface Covered {
  /** `file › title` of the test that shows the change of state, with the file below the package. */
  readonly test: `${string} › ${string}`;
  /** What of it is absent; then it counts as partial. */
  readonly missing?: string;
}

/** By name, as Slack documents it. */
export type CoverageTable = Readonly<Record<string, Covered>>;
