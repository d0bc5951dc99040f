/** Which server does what is asked for an installation: of several the one that owns it, and not just any that runs. */
import { listNodes, ownerOf } from '../ownership/cluster-repository.ts';
import type { ServerHolder } from '../store/store.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { OperationContext } from './operation-context.ts';

/** Undefined when no server runs. While nobody owns it (its owner has just died) any of them stands for the next one. */
export async function findOwner(
  { store, findServer }: Pick<OperationContext, 'store' | 'findServer'>,
  key: InstallationKey,
): Promise<ServerHolder | undefined> {
  return (await ownerOf(store, key)) ?? (await findServer());
}

/** In an answer: its process id; null = none runs. */
export type ActingServer = number | 'unknown' | 'several' | null;

/** Who does what no single server owns: the one that runs, or several, each its part or whoever takes it first. */
export async function actingServer({
  store,
  findServer,
}: Pick<OperationContext, 'store' | 'findServer'>): Promise<ActingServer> {
  if ((await listNodes(store)).length > 1) return 'several';
  return (await findServer())?.pid ?? null;
}

/** Whether a server carries out now what was asked for; else it waits in the database. */
export async function isServed({ findServer }: Pick<OperationContext, 'findServer'>): Promise<boolean> {
  return (await findServer()) !== undefined;
}

/** For a sentence: process ids of several machines are no names. */
export function serverNamed({ pid, host }: ServerHolder): string {
  return host === undefined ? 'the running server' : `the server that has the team (pid ${pid} on ${host})`;
}
