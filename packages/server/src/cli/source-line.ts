/** One line of what `teams import` reads, as JSON or what is wrong with it. `place` names it to people. */
export type SourceLine = { line: number; place: string } & ({ content: string } | { error: string });
