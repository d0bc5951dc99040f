/** Tells the sockets of a team what happened: each event becomes frames, and each frame goes to those who may see it. */
import type { DeliveryFaults } from '../deliveries/delivery-faults.ts';
import { eventTsOf } from '../deliveries/event-ts.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { World } from '../workspace/world.ts';
import { presenceFrame } from './client-frames.ts';
import { eventFrames } from './event-frames.ts';
import type { RtmRoster } from './rtm-roster.ts';
import type { RtmSession } from './rtm-session.ts';

/** What telling needs. */
export interface BroadcastTools {
  world: World;
  faults: FaultBoard;
  roster: RtmRoster;
  /** What else faults do to frames. */
  onTheWay: DeliveryFaults;
}

/** Sends the frames of one event. */
export function broadcast(tools: BroadcastTools, event: Exclude<DomainEvent, { type: 'app_removed' }>): void {
  const { world, faults, roster } = tools;
  const sessions = roster.of(event.team.id);
  if (sessions.size === 0) return;
  if (event.type === 'presence_changed') {
    for (const session of sessions) {
      if (!session.presenceIds.has(event.user.id) || isDeaf(faults, session)) continue;
      for (const frame of presenceFrame(session, [event.user.id], event.presence)) tell(tools, session, frame);
    }
    return;
  }
  for (const { frame, sees, exceptSocketId } of eventFrames(event, eventTsOf(world.ids, event))) {
    const text = JSON.stringify(frame);
    for (const session of sessions) {
      if (session.id === exceptSocketId || !sees(session.userId) || isDeaf(faults, session)) continue;
      tell(tools, session, frame, text);
    }
  }
}

/** Each frame to each socket is an event of its own to the faults. */
function tell(
  { faults, onTheWay }: BroadcastTools,
  session: RtmSession,
  frame: Json,
  text = JSON.stringify(frame),
): void {
  const type = String(frame.type);
  const scope = { team: session.teamId, app: session.appId, event: type };
  onTheWay.pass(session.id, scope, () => {
    session.sendText(text, type);
    if (faults.match('duplicate', scope)) session.sendText(text, type);
  });
}

function isDeaf(faults: FaultBoard, { id, teamId, appId }: RtmSession): boolean {
  return faults.size > 0 && faults.match('deaf', { team: teamId, app: appId, socket: id }) !== undefined;
}
