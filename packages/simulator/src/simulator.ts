/** startSimulator: joins workspace, Web API, OAuth, RTM, faults, log and pages behind one port. */
import { type ClockMode, MovableClock } from './clock/movable-clock.ts';
import { seededRandom, systemRandom } from './clock/random.ts';
import { SimulatorControl } from './control/simulator-control.ts';
import { createRoutes } from './create-routes.ts';
import { AppDelivery } from './deliveries/app-delivery.ts';
import { EventDeliveries } from './deliveries/event-deliveries.ts';
import type { EventLimitOptions } from './deliveries/event-limits.ts';
import { SimulatorError } from './errors.ts';
import { HttpPoster } from './events-api/http-post.ts';
import { HttpTransport } from './events-api/http-transport.ts';
import { FaultBoard } from './faults/fault-board.ts';
import { FileRoutes } from './files/file-routes.ts';
import { createListener, listen } from './http/listener.ts';
import { isLoopbackName, OriginGuard } from './http/origin-guard.ts';
import { checkedPublicUrl, localUrl } from './http/public-url.ts';
import type { TlsOptions } from './http/server.ts';
import { createInteractions } from './interactivity/interactions.ts';
import { ActivityLog, LOG_CAPACITY } from './log/activity-log.ts';
import type { AppRequest } from './manifest/app-settings.ts';
import { OAuthCodes } from './oauth/oauth-codes.ts';
import { RtmGateway } from './rtm/rtm-gateway.ts';
import { initialState } from './seed/seed.ts';
import type { Seed } from './seed/seed-schema.ts';
import { SocketModeGateway } from './socket-mode/socket-mode-gateway.ts';
import { webApiMethods } from './web-api/methods/registry.ts';
import { WebApi } from './web-api/web-api.ts';
import type { StreamOptions } from './workspace/stream-expiry.ts';
import type { TeamSeed } from './workspace/teams.ts';
import { World } from './workspace/world.ts';

/** What a simulator can be told; nothing is needed. */
export interface SimulatorOptions {
  /** 0 takes a free one. @defaultValue 0 */
  port?: number;
  /** @defaultValue '127.0.0.1' */
  host?: string;
  /** Lets `host` be reachable from other machines. There are no passwords. @defaultValue false */
  allowRemote?: boolean;
  /**
   * Names under which it answers besides those of loopback, without ports: in a container the service's name. Requests for
   * other hosts, and those that other sites' pages send, get 403. @defaultValue none
   */
  allowHosts?: readonly string[];
  /**
   * Where apps and browsers reach it, when that is not where it listens: `http://slack:4400` in a container. Stands in every
   * URL that it gives out. @defaultValue where it listens, or the name in the request
   */
  publicUrl?: string;
  /** A certificate and its key: https and wss everywhere. @defaultValue none: http and ws */
  tls?: TlsOptions;
  /** The workspaces, or how many. @defaultValue 1 */
  teams?: number | readonly TeamSeed[];
  /**
   * The app that is there from the start; its `manifest` is Slack's, as an object or as the path of a JSON or YAML file.
   * @defaultValue a classic app with fixed credentials
   */
  app?: AppRequest;
  /**
   * In place of `teams` and `app`: enterprises, apps, workspaces with people, channels and messages, and installs; as an
   * object, or as the path of a YAML or JSON file.
   */
  seed?: Seed | string;
  /** `manual` stands still until `/_sim/clock` moves it. @defaultValue mode 'system', from now */
  clock?: { mode?: ClockMode; startMs?: number };
  /** Makes ids and tokens repeat from run to run. @defaultValue none: they are random */
  seedNumber?: number;
  /** How many records the log keeps. @defaultValue 10000 */
  logCapacity?: number;
  /** How often sockets are pinged on the WebSocket level, in ms of real time. @defaultValue 60000 */
  protocolPingMs?: number;
  /** How long Socket Mode connections live, and how often they are pinged. @defaultValue 3600 s, and 15000 ms */
  socketMode?: { connectionSeconds?: number; protocolPingMs?: number };
  /** When streams of chat.startStream end by themselves. @defaultValue 5 minutes after their start */
  streams?: StreamOptions;
  /** When events are held back, and when an app that fails gets none any more. @defaultValue as on Slack */
  eventLimits?: EventLimitOptions;
  /** Told of bugs of the simulator; nothing that a client sends ends here. @defaultValue emits a process warning */
  onError?: (error: unknown) => void;
}

/** A running simulator. */
export interface Simulator extends AsyncDisposable {
  /** For example http://127.0.0.1:4400; the public URL when there is one. */
  readonly url: string;
  /** The base URL for any Slack SDK; ends with a slash. */
  readonly apiUrl: string;
  /** The page behind the button of a classic app. */
  readonly authorizeUrl: string;
  /** Drives it over HTTP. */
  readonly control: SimulatorControl;
  /**
   * Every secret that it gave out until now, and those of its apps: tokens and refresh tokens, OAuth codes (the part that is
   * secret), client and signing secrets, app-level tokens, socket tickets, the secret part of webhooks and response URLs. None
   * of them may stand in what an app logs, answers or stores in the clear.
   */
  secrets(): string[];
  /** Resets every socket and ends. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a Slack on this machine.
 * @throws SimulatorError `remote_refused`, `port_in_use`, `invalid_configuration`, `invalid_seed`, `name_taken`
 * @example
 * await using slack = await startSimulator();
 * const client = new WebClient(token, { slackApiUrl: slack.apiUrl });
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', allowRemote = false, allowHosts = [], onError = warn } = options;
  refuseRemote(host, allowRemote);
  const publicUrl = checkedPublicUrl(options.publicUrl);
  const guard = new OriginGuard([...allowHosts, ...(publicUrl ? [nameOf(publicUrl)] : [])], host);
  const parts = build({ ...options, publicUrl }, await initialState(options), onError);
  const server = createListener({ ...parts, guard, tls: options.tls, onError });
  const address = await listen(server, port, host);
  const local = localUrl({ host, port: address.port, isSecure: options.tls !== undefined });
  const url = publicUrl ?? local;
  parts.setUrl(url);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= new Promise((resolve) => {
      parts.stop();
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return stopped;
  };
  return {
    url,
    apiUrl: `${url}/api/`,
    authorizeUrl: `${url}/oauth/authorize`,
    control: new SimulatorControl(local, { ca: options.tls?.cert }),
    secrets: () => parts.secrets.all(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function build(
  options: Omit<SimulatorOptions, 'publicUrl'> & { publicUrl: string | undefined },
  populate: (world: World) => void,
  onError: (error: unknown) => void,
) {
  const stopping = new AbortController();
  const clock = new MovableClock(options.clock);
  const random = options.seedNumber === undefined ? systemRandom() : seededRandom(options.seedNumber);
  const world = new World({
    clock,
    random,
    isSecure: options.tls !== undefined,
    publicUrl: options.publicUrl,
    streams: options.streams,
    onListenerError: onError,
  });
  // Before anything listens: what a seed says has happened already, and no app is told of it.
  populate(world);
  const log = new ActivityLog(clock, options.logCapacity ?? LOG_CAPACITY);
  const faults = new FaultBoard();
  const codes = new OAuthCodes(clock, () => world.secrets.note(world.ids.secret()));
  const rtm = new RtmGateway({ world, faults, log, protocolPingMs: options.protocolPingMs });
  const poster = new HttpPoster(clock);
  const http = new HttpTransport({ clock, poster });
  const socketMode = new SocketModeGateway({ world, faults, log, ...options.socketMode });
  const delivery = new AppDelivery({ world, log, faults, http, socket: socketMode.transport });
  const events = new EventDeliveries({ world, log, faults, delivery, limits: options.eventLimits });
  const files = new FileRoutes({ world, log });
  const interactions = createInteractions(world);
  const webApi = new WebApi({
    world,
    log,
    methods: webApiMethods,
    services: { rtm, socketMode, codes, faults, delivery, interactions },
  });
  let url = '';
  const parts = { world, clock, log, faults, codes, rtm, poster, socketMode, delivery, events, interactions };
  const pages = createRoutes({ ...parts, url: () => url, stopping: stopping.signal, onError });
  return {
    webApi,
    files,
    rtm,
    socketMode,
    onRefused: (method: string, text: string) =>
      log.add({
        kind: 'request',
        method: method.slice(0, 255),
        status: 403,
        ok: false,
        error: 'forbidden_origin',
        text,
      }),
    outage: () => faults.match('outage', {})?.how,
    pages,
    secrets: world.secrets,
    setUrl: (value: string) => {
      url = value;
      world.files.settle(value);
    },
    stop: () => {
      stopping.abort();
      rtm.stop();
      events.stop();
      socketMode.stop();
      poster.stop();
      faults.clear();
      clock.stop();
    },
  };
}

function nameOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

function refuseRemote(host: string, allowRemote: boolean): void {
  if (!isLoopbackName(host) && !allowRemote) {
    throw new SimulatorError(
      'remote_refused',
      `Refused to listen on ${host}: anyone who can reach it could control this simulator`,
    );
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
