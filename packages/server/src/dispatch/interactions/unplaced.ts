/**
 * Commands and payloads that fit no installation of ours: their person is told what little Slack shows, so somebody else has
 * to be told as well. Once for each shape, then summed up: a payload that is routed wrongly comes with every click.
 */
import { BotServerError } from '../../errors.ts';
import { type Body, describeInteraction } from '../../slack/delivery/body.ts';
import { isOrganizationId, type Route } from '../../slack/delivery/route.ts';
import type { Clock } from '../../time/clock.ts';

export interface UnplacedDeps {
  /** Told with the first of a shape, and with each sum. */
  onUnplaced(error: BotServerError): void;
  clock: Pick<Clock, 'monotonic'>;
  log: { warn(facts: object, message: string): void };
}

/** Shapes that are told apart; a sender of ever new ones fills no memory. */
const MAX_SHAPES = 100;
/** What came since is told with the first one after so many milliseconds. */
const SUM_EVERY_MS = 600_000;

/** One per process. */
export class Unplaced {
  readonly #deps: UnplacedDeps;
  readonly #shapes = new Map<string, { untold: number; toldAtMs: number }>();
  #count = 0;

  constructor(deps: UnplacedDeps) {
    this.#deps = deps;
  }

  /** How many there were since the start. */
  get count(): number {
    return this.#count;
  }

  /** Takes note of one. */
  note(body: Body, route: Route): void {
    const { payloadType, name } = describeInteraction(body);
    this.#count++;
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
    this.#deps.log.warn(facts, 'interaction fits no installation');
    const what = `A ${payloadType} fits no installation: it names ${facts.ids || facts.enterpriseId || 'none'}`;
    this.#deps.onUnplaced(new BotServerError('installation_not_found', what, { facts }));
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
