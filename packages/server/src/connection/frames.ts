/** Text from a socket as a frame. Whatever a peer sends, nothing here throws. */
import { readObject } from '../read-json.ts';
import type { Frame } from './transport.ts';

/** The JSON object in the text; undefined when it is anything else. */
export function parseFrame(text: string): Frame | undefined {
  return readObject(text);
}

/** Whether a receiver can recognise the frame when it comes twice: Slack identifies events by event_ts, messages by ts. */
export function hasTimestamp(frame: Frame): boolean {
  return frame.event_ts !== undefined || frame.ts !== undefined;
}
