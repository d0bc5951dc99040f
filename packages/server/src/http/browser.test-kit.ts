/** A browser without a screen, as the public test kit has it. */
export { Browser } from '../testing/browser.ts';
