/** Exit codes: 1 something failed, 2 it was called or configured wrongly, 130 a person ended it (128 + SIGINT, as a shell reports it). */
export const EXIT = { failure: 1, usage: 2, interrupted: 130 } as const;
