/** What every one of Slack's shapes is made of. */
import type { Team } from './model.ts';

/** A JSON object on its way out. */
export type Json = Record<string, unknown>;

export function seconds(atMs: number): number {
  return Math.floor(atMs / 1000);
}

/** `https://acme.slack.com/`, as a link that leads nowhere by mistake. */
export function teamUrl(team: Team): string {
  return `https://${team.domain}.slack.com/`;
}
