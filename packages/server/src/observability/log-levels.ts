/** How much is logged: apart from the log, because the settings know the names and need no log. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevelName = (typeof logLevels)[number];
