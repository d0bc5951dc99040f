/** A person with a browser, as the public test kit has it. */
export {
  type Decision,
  decide,
  headlineOf,
  openBrowser,
  type Page,
  register,
  visit,
} from '../src/testing/slack-button.ts';
