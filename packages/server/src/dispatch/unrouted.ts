/**
 * What Slack delivers and fits no installation of ours. Slack sends none of teams that did not install the app: the database may
 * be another one than the operator thinks, or a shape is routed wrongly. Events are answered 200 and dropped like those of
 * inactive teams, and a person who used a command is told what little Slack shows, so somebody else has to be told as well: of
 * events once per team, of commands and payloads once for each shape and then summed up, as they come with every click.
 */
import { BotServerError } from '../errors.ts';
import { type Body, describeInteraction } from '../slack/delivery/body.ts';
import { isOrganizationId, type Route } from '../slack/delivery/route.ts';
import type { Clock } from '../time/clock.ts';

/** How many there were since the start. */
export interface UnroutedCounts {
  events: number;
  /** Commands, buttons and the like. */
  interactions: number;
}

/** As the hook `error` gets it. */
export interface UnroutedProblem {
  teamId: string | null;
  where: string;
  error: BotServerError;
}

export interface UnroutedDeps {
  /** Told with the first of a team or a shape, and with each sum. */
  onUnrouted(problem: UnroutedProblem): void;
  clock: Pick<Clock, 'monotonic'>;
  log: { warn(facts: object, message: string): void };
}

/** So many teams are told by name; of more nothing is remembered. */
const MAX_TEAMS = 1_000;
/** Shapes that are told apart; a sender of ever new ones fills no memory. */
const MAX_SHAPES = 100;
/** What came since is told with the first one after so many milliseconds. */
const SUM_EVERY_MS = 600_000;

/** One per process. */
export class UnroutedDeliveries {
  readonly #deps: UnroutedDeps;
  readonly #teams = new Set<string>();
  readonly #shapes = new Map<string, { untold: number; toldAtMs: number }>();
  readonly #counts: UnroutedCounts = { events: 0, interactions: 0 };

  constructor(deps: UnroutedDeps) {
    this.#deps = deps;
  }

  get counts(): Readonly<UnroutedCounts> {
    return { ...this.#counts };
  }

  /** An event of a team without a row was dropped. */
  noteEvent(teamId: string): void {
    this.#counts.events++;
    if (this.#teams.has(teamId) || this.#teams.size >= MAX_TEAMS) return;
    this.#teams.add(teamId);
    const isLast = this.#teams.size === MAX_TEAMS;
    const facts = { teamId, unknownTeams: this.#teams.size, dropped: this.#counts.events, ...(isLast && { isLast }) };
    this.#deps.log.warn(facts, 'an event of a team that is not known was dropped; is this the right database?');
    const what = `An event of team ${teamId}, which is not known here, was dropped`;
    const error = new BotServerError('team_unknown', what, { facts: { teamId } });
    this.#deps.onUnrouted({ teamId, where: 'intake', error });
  }

  /** A command or payload came. */
  noteInteraction(body: Body, route: Route): void {
    const { payloadType, name } = describeInteraction(body);
    this.#counts.interactions++;
    const untold = this.#untold(shapeOf(payloadType, route));
    if (untold === undefined) return;
    const facts = {
      payloadType,
      name,
      ids: route.ids.join(' '),
      enterpriseId: route.enterpriseId ?? null,
      isEnterpriseInstall: route.isEnterpriseInstall ?? null,
      more: untold,
    };
    this.#deps.log.warn(facts, 'interaction matches no installation');
    const what = `A ${payloadType} matches no installation: it names ${facts.ids || facts.enterpriseId || 'none'}`;
    const error = new BotServerError('installation_not_found', what, { facts });
    this.#deps.onUnrouted({ teamId: null, where: 'routing', error });
  }

  /** How many of the shape were not told; undefined when this one is not told either. */
  #untold(shape: string): number | undefined {
    const nowMs = this.#deps.clock.monotonic();
    const key = this.#shapes.has(shape) || this.#shapes.size < MAX_SHAPES ? shape : 'others';
    const seen = this.#shapes.get(key);
    if (seen && nowMs - seen.toldAtMs < SUM_EVERY_MS) {
      seen.untold++;
      return undefined;
    }
    this.#shapes.set(key, { untold: 0, toldAtMs: nowMs });
    return seen?.untold ?? 0;
  }
}

/** What it is, and which kinds of ids it names. */
function shapeOf(payloadType: string, { ids, enterpriseId, isEnterpriseInstall }: Route): string {
  const kinds = ids.map((id) => (isOrganizationId(id) ? 'E' : 'T')).join('');
  return `${payloadType} ${kinds} ${enterpriseId === undefined ? '' : 'in E'} ${isEnterpriseInstall}`;
}
