/** Whether a server could listen where the settings say. Only while none runs: one that does has the port itself. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { messageOf } from '../errors.ts';
import { type Finding, findingsOf } from './finding.ts';

/** What it takes to listen, and the names of the settings that say it. */
export interface PortCheck {
  host: string;
  port: number;
  settings: { host: string; port: string };
}

/** Listens for a moment, and takes no connection. */
export async function checkPort({ host, port, settings }: PortCheck): Promise<Finding> {
  const finding = findingsOf('port');
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    return finding.ok(`${settings.port} = ${port} is free on ${host}`);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const fixes: Readonly<Record<string, string>> = {
      EADDRINUSE: `Stop the program that listens there, or set ${settings.port} to a free port.`,
      EACCES: `Set ${settings.port} to 1024 or higher, or let this user listen on lower ports.`,
    };
    const words = code === 'EADDRINUSE' ? 'another program listens there' : messageOf(error);
    return finding.problem(
      `the server could not listen on ${settings.port} = ${port}, ${settings.host} = ${host}: ${words}`,
      fixes[code] ?? `Set ${settings.host} to an address of this machine: 0.0.0.0 or 127.0.0.1.`,
    );
  } finally {
    server.close();
  }
}
