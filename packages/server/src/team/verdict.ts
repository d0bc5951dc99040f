/** The one table from Slack's answer to what it means for an installation. Pure; the judge and the connections ask it. */

/**
 * - `terminal`: the grant is gone; a confirmed one deactivates
 * - `refreshable`: the access token expired; terminal when nothing can refresh it
 * - `suspended`: the organisation or an admin paused the app; the grant still stands
 * - `operator`: our own configuration is wrong; never the team's fault
 * - `transient`: passes by itself; try again
 * - `call`: concerns this one call only
 */
export type VerdictClass = 'terminal' | 'refreshable' | 'suspended' | 'operator' | 'transient' | 'call';
