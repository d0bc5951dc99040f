/** Who takes part: teams that use the bot as usual, and teams whose listeners misbehave. */
import { teamIdOf } from '../events/event.ts';

export const SECRET = 'attack-signing-secret';
export const APP_TOKEN = 'xapp-bench-attack';
export const CLIENT = { id: '1000.2000', secret: 'attack-client-secret' } as const;
/** Others, who must notice nothing. */
export const TEAMS = 20;
export const HOSTILE_TEAMS = 25;

/** The team of an event of the load. */
export const usualTeam = (number: number) => teamIdOf(number % TEAMS);
/** A team that is part of an attack. */
export const hostileTeam = (number: number) => teamIdOf(TEAMS + (number % HOSTILE_TEAMS));
