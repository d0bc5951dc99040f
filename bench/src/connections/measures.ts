/** What is measured. The texts are those of the table. */
import { formatKib, formatMs } from '../table.ts';

/** One measure. */
export interface Measure {
  title: string;
  format(value: number): string;
}

const bytes = { format: formatKib } as const;
const time = { format: formatMs } as const;
const cpu = { format: (value: number) => `${value.toFixed(2)} ms` } as const;

const count = { format: (value: number) => String(Math.round(value)) } as const;

/** By name, in the order of the table. */
export const measures = {
  rssPerTeam: { title: 'memory per team (RSS)', ...bytes },
  heapPerTeam: { title: 'memory per team (heap)', ...bytes },
  connectMs: { title: 'connect all', ...time },
  closeMs: { title: 'all back after close frames', ...time },
  resetMs: { title: 'all back after TCP resets', ...time },
  muteNoticedMs: { title: 'mute peers: all noticed', ...time },
  muteReplacedMs: { title: 'mute peers: all replaced', ...time },
  allMuteNoticedMs: { title: 'all mute: all noticed', ...time },
  allMuteReplacedMs: { title: 'all mute: all replaced', ...time },
  outageDropped: { title: 'outage: sockets dropped', ...count },
  clientCpuMs: { title: 'client CPU per reconnect', ...cpu },
  simulatorCpuMs: { title: 'simulator CPU per reconnect', ...cpu },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;

export const measureNames = Object.keys(measures) as MeasureName[];

/** What one contender gave in one round. */
export interface Sample {
  values: Partial<Record<MeasureName, number>>;
  /** Where it failed; what comes after was not measured. */
  failure: string | undefined;
}
