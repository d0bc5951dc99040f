/** The simulator as the page knows it: its workspaces, what the person sees of one, its log; read again as things happen. */
import { computed, effect, signal } from '@preact/signals';
import { createApi, openLive, toast } from 'ui-kit';
import type { SimulatorStatus } from '../../src/control/control-info.ts';
import type { ScreenInfo, ScreenPerson } from '../../src/control/screen/screen-schema.ts';
import type { FaultInfo } from '../../src/faults/fault-info.ts';
import type { ActionInfo, DialogInfo, ViewInfo } from '../../src/interactivity/action-info.ts';
import type { LogRecord } from '../../src/log/log-record.ts';
import { jsonWithBlobs } from './file-content.ts';
import { channelRef, personRef, teamRef, threadTs } from './place.ts';
import { shared } from './shared.ts';

export const api = createApi();

export interface TeamName {
  id: string;
  name: string;
  /** The organization that it belongs to. */
  enterprise?: { id: string; name: string } | undefined;
}

export const teams = signal<readonly TeamName[]>([]);
export const status = signal<SimulatorStatus | undefined>(undefined);
export const faults = signal<readonly FaultInfo[]>([]);
export const screen = signal<ScreenInfo | undefined>(undefined);
/** Why the screen could not be read. */
export const screenError = signal<string | undefined>(undefined);
export const views = signal<readonly ViewInfo[]>([]);
export const dialogs = signal<readonly DialogInfo[]>([]);
/** The newest records, oldest first. */
export const log = signal<readonly LogRecord[]>([]);
/** Why what was before the page could not be read of the log. */
export const logError = signal<Error | undefined>(undefined);
export const liveState = signal<string>('connecting');
/** From which message on the conversation is read; undefined: its newest ones. */
export const readFrom = signal<string | undefined>(undefined);
/** Another number after each look: what else is read is read again. */
export const revision = signal(0);

/** The workspace that is shown. */
export const team = computed<TeamName | undefined>(() => {
  const wanted = teamRef.value;
  return wanted === undefined
    ? teams.value[0]
    : (teams.value.find(({ id, name }) => id === wanted || name === wanted) ?? teams.value[0]);
});

const conversationPlace = computed(() => `${team.value?.id} ${personRef.value} ${channelRef.value}`);

// Parts of the screen that many things show. Each changes only when it is another, so that a new message draws nothing else again.
const nobody: ScreenInfo['people'] = [];
const nothing: Readonly<Record<string, string>> = {};
export const myId = computed(() => screen.value?.me ?? '');
export const people = computed(() => screen.value?.people ?? nobody);
const peopleById = computed(() => new Map(people.value.map((one) => [one.id, one])));
export const conversations = computed(() => screen.value?.conversations ?? []);
export const apps = computed(() => screen.value?.apps ?? []);
export const emojiHere = computed(() => screen.value?.emoji ?? nothing);
export const shownTeam = computed(() => screen.value?.team);
export const shownThreads = computed(() => screen.value?.channel?.threads ?? []);

export function personBy(id: string | undefined): ScreenPerson | undefined {
  return peopleById.value.get(id ?? '');
}

/** What somebody is called among people: an app by its name, and not by the handle of its bot user. */
export function shownName({ name, realName, isBot }: Pick<ScreenPerson, 'name' | 'realName' | 'isBot'>): string {
  return isBot ? realName || name : name;
}

/** The same of somebody by id; undefined when there is nobody with it. */
export function shownNameBy(id: string | undefined): string | undefined {
  const person = personBy(id);
  return person && shownName(person);
}

const LOG_SHOWN = 2_000;
/** Of what was before the page. */
const LOG_AT_FIRST = 300;
/** Records that come together are one look. */
const PAUSE_MS = 40;

let lookCount = 0;

let isStarted = false;

/** Begins to show; once. */
export function startSimulator(): void {
  if (isStarted) return;
  isStarted = true;
  const stream = openLive({
    url: '/_sim/stream',
    events: ['record'],
    onEvent: (name, data) => take(name, data as LogRecord),
  });
  void readAll();
  effect(() => {
    // What happened meanwhile tells nothing any more, and where the simulator was started anew, all is another.
    const isBack = liveState.peek() !== 'connecting' && stream.state.value === 'live';
    liveState.value = stream.state.value;
    if (isBack) void readAll();
  });
  effect(() => {
    void conversationPlace.value;
    readFrom.value = undefined;
  });
  effect(() => {
    // Whatever of these changes is another screen.
    void [team.value, personRef.value, channelRef.value, threadTs.value];
    void look();
  });
}

/** Reads everything: the workspaces, the newest of the log, what the person sees. */
export async function readAll(): Promise<void> {
  try {
    await readTeams();
  } catch (error) {
    screenError.value = (error as Error).message;
    return;
  }
  await Promise.all([readLog(), look()]);
}

/** Reads the newest of the log; without it the rest of the page is as good. */
export async function readLog(): Promise<void> {
  const after = Math.max(0, (status.peek()?.log.lastSeq ?? 0) - LOG_AT_FIRST);
  try {
    const { records } = await api.get<{ records: LogRecord[] }>('/_sim/log', { after });
    const last = records.at(-1)?.seq ?? 0;
    const since = log.peek().filter(({ seq }) => seq > last);
    pending = pending.filter(({ seq }) => seq > last);
    log.value = [...records, ...since];
    logError.value = undefined;
  } catch (error) {
    logError.value = error as Error;
  }
}

/** Reads what the person sees, now. */
export async function look(): Promise<void> {
  const count = ++lookCount;
  const shown = team.peek();
  if (!shown) return;
  const channel = channelRef.peek();
  try {
    const query = {
      user: personRef.peek(),
      channel: channel?.startsWith('home:') ? undefined : channel,
      thread: threadTs.peek(),
      from: readFrom.peek(),
    };
    const [now, open, openDialogs, state, standing] = await Promise.all([
      api.get<ScreenInfo>(`/_sim/teams/${shown.id}/screen`, query),
      api.get<{ views: ViewInfo[] }>('/_sim/views', { team: shown.id }),
      api.get<{ dialogs: DialogInfo[] }>('/_sim/dialogs', { team: shown.id }),
      api.get<SimulatorStatus>('/_sim'),
      api.get<{ faults: FaultInfo[] }>('/_sim/faults'),
    ]);
    if (count !== lookCount) return;
    screen.value = shared(screen.peek(), now);
    views.value = shared(
      views.peek(),
      open.views.filter(({ user }) => user === now.me),
    );
    dialogs.value = shared(
      dialogs.peek(),
      openDialogs.dialogs.filter(({ user }) => user === now.me),
    );
    status.value = shared(status.peek(), state);
    faults.value = shared(faults.peek(), standing.faults);
    screenError.value = undefined;
    revision.value++;
    if (state.teams !== teams.value.length) await readTeams();
  } catch (error) {
    if (count === lookCount) screenError.value = (error as Error).message;
  }
}

async function readTeams(): Promise<void> {
  const [state, all] = await Promise.all([
    api.get<SimulatorStatus>('/_sim'),
    api.get<{ teams: TeamName[] }>('/_sim/teams'),
  ]);
  status.value = state;
  teams.value = all.teams.map(({ id, name, enterprise }) => ({ id, name, enterprise }));
}

/** Records that are not shown yet. */
let pending: LogRecord[] = [];
let isPlanned = false;

function take(name: string, record: LogRecord): void {
  // Pings change nothing that anybody sees, and would push out of the log what does.
  if (record.frame === 'ping' || record.frame === 'pong') return;
  if (name === 'record') pending.push(record);
  // Of very many that come at once only the newest are shown.
  if (pending.length > 2 * LOG_SHOWN) pending = pending.slice(-LOG_SHOWN);
  planLook();
}

/** One look at a time: what comes meanwhile is looked at afterwards, however much it is. */
function planLook(): void {
  if (isPlanned) return;
  isPlanned = true;
  setTimeout(async () => {
    const last = log.peek().at(-1)?.seq ?? 0;
    const kept = [...log.peek(), ...pending.filter(({ seq }) => seq > last)];
    log.value = kept.length > LOG_SHOWN ? kept.slice(-LOG_SHOWN) : kept;
    pending = [];
    await look();
    isPlanned = false;
    if (pending.length > 0) planLook();
  }, PAUSE_MS);
}

/** Does something and shows what was refused. */
export async function doIt<Answer>(work: Promise<Answer>): Promise<Answer | undefined> {
  try {
    const answer = await work;
    void look();
    return answer;
  } catch (error) {
    toast((error as Error).message, 'bad');
    void look();
    return undefined;
  }
}

/** Whose doing everything is. */
export function me(): { team: string; user: string } {
  return { team: team.peek()?.id ?? '', user: screen.peek()?.me ?? '' };
}

/** A person does something; what the app did not take is told, as Slack tells it. */
export async function act(body: Record<string, unknown>): Promise<ActionInfo | undefined> {
  const answer = await doIt(api.post<ActionInfo>('/_sim/acts', jsonWithBlobs({ ...me(), ...body })));
  if (answer?.failure) toast(failureWords(answer), 'bad');
  return answer;
}

function failureWords({ failure, problems = [] }: ActionInfo): string {
  const words = typeof failure === 'string' ? failure : JSON.stringify(failure);
  return [`The app did not take it: ${words.replaceAll('_', ' ')}.`, ...problems].join(' ');
}
