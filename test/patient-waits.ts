/**
 * `vi.waitFor` gives up after a second by default, and on two busy cores a process, a lease or a commit takes longer now and then. What
 * never comes is still told, a little later. A setup file of vitest.config.ts; it runs for each test file, in a process that has many.
 */
import { vi } from 'vitest';

const PATIENCE_MS = 5_000;
const changed = Symbol.for('slack-bot-server.patient-waits');

if (!(changed in vi)) {
  const waitFor = vi.waitFor;
  const patient: typeof vi.waitFor = (callback, options) =>
    waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
  Object.assign(vi, { waitFor: patient, [changed]: true });
}
