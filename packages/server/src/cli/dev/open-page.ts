/** Opens a page in the browser of whoever sits before this machine. Where there is none nothing happens. */
import { spawn } from 'node:child_process';

/** @param url Http or https. */
export function openPage(url: string): void {
  const [program = '', ...words] = openerOf(process.platform);
  const opener = spawn(program, [...words, url], { detached: true, stdio: 'ignore' });
  // Not installed, or no screen: the page is named on the terminal.
  opener.on('error', () => {});
  opener.unref();
}

function openerOf(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') return ['open'];
  // `start` takes a first word in quotes for the title of a window.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""'];
  return ['xdg-open'];
}
