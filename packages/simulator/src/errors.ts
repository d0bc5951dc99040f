/** Every error that a caller of the simulator can meet: one class, a stable code, and beside each code how to fix it. */

/** The codes, each with what to do about it. The CLI prints the fix under the message. */
export const errorFixes = {
  invalid_configuration: 'Correct the named option; the message says what is allowed.',
  invalid_input: 'Correct the named field; the message says what is allowed.',
  remote_refused:
    'The simulator has no passwords. Bind it to 127.0.0.1, or pass allowRemote (--allow-remote) knowingly.',
  port_in_use: 'Choose another port, or 0 for a free one.',
  not_found: 'The named team, user, channel, app or fault does not exist in this simulator.',
  name_taken: 'Choose another name or id; this one is already used.',
  invalid_seed: 'Correct the seed where the message says; the README lists what may stand there.',
  invalid_manifest: 'Correct the app manifest where the message says, by its JSON pointers.',
  busy: 'Too many are there already; close some and try again.',
  timed_out: 'What was waited for did not happen in time. Look at the log of the simulator.',
  not_acked: 'Look at the delivery in the log of the simulator, and at the app.',
  simulator_unreachable: 'Check that the simulator is running and that the URL is right.',
  usage: 'See `slack-simulator --help`.',
} as const;

/** One of the stable error codes. */
export type ErrorCode = keyof typeof errorFixes;

/** The one error class of the simulator. Branch on `code`. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }

  /** What the reader of the message can do. */
  get fix(): string {
    return errorFixes[this.code];
  }
}

/** True for an error of this package, optionally with that code. */
export function isSimulatorError(error: unknown, code?: ErrorCode): error is SimulatorError {
  return error instanceof SimulatorError && (code === undefined || error.code === code);
}
