/**
 * What each family of methods says about itself for tests and COVERAGE.md, beside its code: a method of <family>.ts stands in
 * <family>.test-data.ts, with the test that shows what it does and the error codes of its page.
 */
import type { Covered } from '../../coverage.test-data.ts';

/** What is known of one method. */
export interface MethodFact extends Covered {
  /** The codes that Slack documents for the method alone, as collected in slack-ruby/slack-api-ref (August 2026). */
  readonly errors: string;
  /** What Slack answers besides, though the method's page does not say so; with the source in a comment. */
  readonly unlistedErrors?: string;
}

/** By the method's name. */
export type MethodFacts = Readonly<Record<string, MethodFact>>;
