/** Who one is where: a seat is a workspace and a person in it. The last person of each workspace is remembered, so that one key leads there as them. */
import { effect } from '@preact/signals';
import { goTo, type Place } from './place.ts';
import { me, people, screen, team, teams } from './sim.ts';

interface Seat {
  team: string;
  user: string;
  channel: string | undefined;
}

const KEY = 'seats';

/** What begins anew where another person sits. */
const ELSEWHERE = { thread: undefined, panel: undefined, about: undefined, focus: undefined } as const satisfies Place;

/** The newest first, one for each workspace and person. */
let seats: Seat[] = JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as Seat[];

/** More are not remembered. */
const KEPT = 30;

/** Begins to remember. Call once. */
export function rememberSeats(): void {
  effect(() => {
    const now = screen.value;
    if (!now) return;
    const seat = { team: now.team.id, user: now.me, channel: now.channel?.id };
    seats = [seat, ...seats.filter((one) => one.team !== seat.team || one.user !== seat.user)].slice(0, KEPT);
    sessionStorage.setItem(KEY, JSON.stringify(seats));
  });
}

/** The place of a workspace: as the person who was there last, in the conversation where they were. */
export function seatOf(teamId: string): Place {
  const known = seats.find((one) => one.team === teamId);
  return { ...ELSEWHERE, team: teamId, as: known?.user, channel: known?.channel };
}

/** The nth workspace, from 0. */
export function goToTeam(index: number): void {
  const found = teams.peek()[index];
  if (found) goTo(seatOf(found.id));
}

export function goToNextTeam(): void {
  const all = teams.peek();
  const at = all.findIndex(({ id }) => id === team.peek()?.id);
  if (all.length > 0) goToTeam((at + 1) % all.length);
}

export function goToNextPerson(): void {
  const all = people.peek().filter(({ isBot, isDeleted }) => !isBot && !isDeleted);
  const at = all.findIndex(({ id }) => id === me().user);
  const next = all[(at + 1) % all.length];
  if (next) goTo({ as: next.id, thread: undefined });
}

/** Where one was before: another person, or another workspace. One key, there and back. */
export function goBackSeat(): void {
  const before = seats.find((one) => one.team !== me().team || one.user !== me().user);
  if (before) goTo({ ...ELSEWHERE, team: before.team, as: before.user, channel: before.channel });
  else goToNextTeam();
}

/** Who was where before, for the other column; without anybody the next workspace. */
export function otherSeat(): Place {
  const before = seats.find((one) => one.team !== me().team) ?? seats.find((one) => one.user !== me().user);
  if (before) return { ...ELSEWHERE, team: before.team, as: before.user, channel: before.channel };
  const all = teams.peek();
  const at = all.findIndex(({ id }) => id === team.peek()?.id);
  return { ...ELSEWHERE, team: all[(at + 1) % Math.max(1, all.length)]?.id, as: undefined, channel: undefined };
}
