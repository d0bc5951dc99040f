/** The foreign apps, in the order of the README's table. */
import type { Scenario } from './play.ts';
import { boltScenarios } from './scenarios/bolt.ts';
import { debianScenarios } from './scenarios/debian.ts';
import { frameworkScenarios } from './scenarios/frameworks.ts';
import { officialScenarios } from './scenarios/official.ts';
import { olderScenarios } from './scenarios/older.ts';
import { redirectedScenarios } from './scenarios/redirected.ts';

export const scenarios: readonly Scenario[] = [
  ...boltScenarios,
  ...officialScenarios,
  ...redirectedScenarios,
  ...olderScenarios,
  ...frameworkScenarios,
  ...debianScenarios,
];
