/** The calls of other services: registered by an app, shown by its messages in a block of type `call`. */
import { type Json, seconds } from './json.ts';
import type { Call, CallParticipant, Team } from './model.ts';
import type { World } from './world.ts';

/** How many a workspace keeps; the oldest is forgotten first, so that memory stays bounded. */
const CALLS_KEPT = 1000;

/** Registers a call, which begins now unless something else is said. */
export function addCall(
  world: World,
  team: Team,
  facts: Omit<Call, 'id' | 'startedAtSeconds' | 'endedAtSeconds' | 'everybody'> & {
    startedAtSeconds: number | undefined;
  },
): Call {
  const call: Call = {
    ...facts,
    id: world.freshId('R', team.calls),
    startedAtSeconds: facts.startedAtSeconds ?? seconds(world.clock.now()),
    endedAtSeconds: undefined,
    everybody: facts.participants,
  };
  team.calls.set(call.id, call);
  const oldest = team.calls.keys().next();
  if (team.calls.size > CALLS_KEPT && !oldest.done) team.calls.delete(oldest.value);
  return call;
}

/** Ends a call after so many seconds; without them now. */
export function endCall(world: World, call: Call, durationSeconds: number | undefined): void {
  const nowSeconds = seconds(world.clock.now());
  call.endedAtSeconds = durationSeconds === undefined ? nowSeconds : call.startedAtSeconds + durationSeconds;
  call.participants = [];
}

export function enterCall(call: Call, entering: readonly CallParticipant[]): void {
  call.participants = [...call.participants, ...entering];
  const fresh = entering.filter((one) => !isAmong(call.everybody, one));
  call.everybody = [...call.everybody, ...fresh];
}

export function leaveCall(call: Call, leaving: readonly CallParticipant[]): void {
  call.participants = call.participants.filter((one) => !isAmong(leaving, one));
}

export function isAmong(participants: readonly CallParticipant[], wanted: CallParticipant): boolean {
  return participants.some((one) => nameOf(one) === nameOf(wanted));
}

function nameOf(participant: CallParticipant): string {
  return 'slack_id' in participant ? `slack ${participant.slack_id}` : `external ${participant.external_id}`;
}

/** As calls.add and calls.info give it. (https://docs.slack.dev/reference/methods/calls.add) */
export function callShape(call: Call): Json {
  return {
    id: call.id,
    date_start: call.startedAtSeconds,
    external_unique_id: call.externalUniqueId,
    join_url: call.joinUrl,
    ...(call.desktopAppJoinUrl !== undefined && { desktop_app_join_url: call.desktopAppJoinUrl }),
    ...(call.externalDisplayId !== undefined && { external_display_id: call.externalDisplayId }),
    ...(call.title !== undefined && { title: call.title }),
    users: call.everybody,
  };
}

/** A block that shows a call, with the call as it stands. (slack-go/slack, block_call.go) */
export function filledCallBlock(team: Team, block: Json): Json {
  const call = typeof block.call_id === 'string' ? team.calls.get(block.call_id) : undefined;
  if (!call) return block;
  const v1 = {
    id: call.id,
    app_id: call.appId,
    app_icon_urls: {},
    date_start: call.startedAtSeconds,
    date_end: call.endedAtSeconds ?? 0,
    active_participants: call.participants,
    all_participants: call.everybody,
    display_id: call.externalDisplayId ?? '',
    join_url: call.joinUrl,
    desktop_app_join_url: call.desktopAppJoinUrl ?? '',
    name: call.title ?? '',
    created_by: call.createdBy,
    channels: channelsWith(team, call.id),
    is_dm_call: false,
    was_rejected: false,
    was_missed: false,
    was_accepted: false,
    has_ended: call.endedAtSeconds !== undefined,
  };
  return { ...block, api_decoration_available: false, call: { v1, media_backend_type: 'platform_call' } };
}

/** The conversations in which a message shows the call. */
export function channelsWith(team: Team, callId: string): string[] {
  return [...team.channels.values()].flatMap(({ id, messages }) =>
    messages.some(({ blocks }) => blocks?.some((block) => isCallBlock(block) && block.call_id === callId)) ? [id] : [],
  );
}

export function isCallBlock(block: unknown): block is Json {
  return typeof block === 'object' && block !== null && 'type' in block && block.type === 'call';
}
