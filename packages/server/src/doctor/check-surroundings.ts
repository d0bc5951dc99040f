/** The machine: which Node, how much disk, what the settings say together. */
import type { StatsFs } from 'node:fs';
import type { Config } from '../config/config.ts';
import { type Finding, findingsOf } from './finding.ts';

/** `engines` of the package: node:sqlite and stripped types, without a flag. */
const OLDEST_NODE = [22, 18] as const;

/** Below, a day of busy teams may fill it; in bytes. */
const LITTLE_DISK = 1024 ** 3;
/** Below, SQLite's log of a checkpoint may not fit any more; in bytes. */
const NO_DISK = 100 * 1024 ** 2;

export function checkNode(version: string): Finding {
  const node = findingsOf('node');
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return node.ok(`Node ${version}`);
  return node.problem(`Node ${version} is too old`, `Install Node ${OLDEST_NODE.join('.')} or newer.`);
}

/** @param stats Of the folder of the database. */
export function checkDisk({ bavail, bsize }: Pick<StatsFs, 'bavail' | 'bsize'>, folder: string): Finding {
  const disk = findingsOf('disk');
  const free = bavail * bsize;
  const words = `${(free / 1024 ** 3).toFixed(1)} GiB are free in ${folder}`;
  const fix = 'Free some space, or move the database: events are refused with 503 while it is full.';
  if (free < NO_DISK) return disk.problem(words, fix);
  return free < LITTLE_DISK ? disk.warning(words, fix) : disk.ok(words);
}

/** @param stored Of the key with which the tokens of the database are sealed; null = there are none. */
export function checkKey(
  { fingerprint, fingerprints }: { fingerprint: string; fingerprints: readonly string[] },
  stored: string | null,
): Finding {
  const key = findingsOf('key');
  if (stored === null) return key.ok(`tokens will be sealed with the key ${fingerprint}`);
  if (stored !== fingerprint) {
    return key.warning(
      `tokens are sealed with the key ${stored}, and ENCRYPTION_KEYS begins with ${fingerprint}`,
      'Run `slack-bot-server keys rotate`; then the other keys can be removed.',
    );
  }
  const older = fingerprints.slice(1);
  const more =
    older.length === 0 ? '' : `; ENCRYPTION_KEYS also has ${older.join(', ')}, which can be removed after keys rotate`;
  return key.ok(`tokens are sealed with the key ${fingerprint}${more}`);
}

/** What each setting allows and Slack does not. */
export function checkSettings({ publicUrl, slackClientId, slackTransport }: Config): Finding[] {
  const settings = findingsOf('settings');
  const findings: Finding[] = [];
  if (publicUrl === undefined) {
    findings.push(
      settings.problem(
        'PUBLIC_URL is missing',
        'Set it to the address under which browsers and Slack reach this server.',
      ),
    );
  } else if (!publicUrl.startsWith('https:') && !isLoopback(publicUrl)) {
    findings.push(
      settings.problem(
        `PUBLIC_URL = ${publicUrl} is not https`,
        'Put a proxy with a certificate before the server: Slack takes https URLs only.',
      ),
    );
  }
  if (slackClientId === undefined) {
    findings.push(
      settings.warning(
        'SLACK_CLIENT_ID is missing',
        'Without it nobody can install the bot: copy it from the settings of the app.',
      ),
    );
  }
  if (findings.length === 0) findings.push(settings.ok(`transport ${slackTransport}, public at ${publicUrl}`));
  return findings;
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
