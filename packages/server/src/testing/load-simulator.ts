/** The simulator is an optional peer: what needs it loads it here, and says what to do when it is not there. */
import type { Simulator, SimulatorError, SimulatorOptions } from 'slack-simulator';
import { BotServerError, messageOf } from '../errors.ts';

/** What is used of the package. */
export interface SimulatorModule {
  readonly startSimulator: (options?: SimulatorOptions) => Promise<Simulator>;
  readonly isSimulatorError: (error: unknown, code: 'port_in_use') => error is SimulatorError;
}

/**
 * @param user What needs it, for the message.
 * @throws BotServerError `simulator_missing`
 */
export async function loadSimulator(user: string): Promise<SimulatorModule> {
  try {
    return await import('slack-simulator');
  } catch (cause) {
    // Something that the simulator itself misses is another matter.
    if (!/package 'slack-simulator'/.test(messageOf(cause))) throw cause;
    throw new BotServerError('simulator_missing', `${user} needs the package slack-simulator`, { cause });
  }
}
