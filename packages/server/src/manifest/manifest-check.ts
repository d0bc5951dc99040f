/** Where an exported manifest differs from the one that the bot needs, in words of Slack's settings. */
import type { Manifest } from './manifest.ts';

/** Something that the app's settings at Slack lack or have otherwise. */
export interface ManifestFinding {
  /** A JSON pointer into the manifest. */
  at: string;
  problem: string;
}

type Unknown = Record<string, unknown>;

/** Compares. More than is needed is no finding: an app may have scopes and events for more than this bot. */
export function checkManifest(exported: unknown, needed: Manifest): ManifestFinding[] {
  const findings: ManifestFinding[] = [];
  const find = (at: string, problem: string) => findings.push({ at, problem });
  const isListed = (at: string, wanted: readonly string[]) => {
    const there = listAt(exported, at);
    for (const one of wanted) if (!there.includes(one)) find(at, `${one} is missing`);
  };
  const isEqual = (at: string, wanted: unknown) => {
    const there = valueAt(exported, at);
    if (wanted !== undefined && there !== wanted) {
      find(
        at,
        `must be ${JSON.stringify(wanted)}${there === undefined ? '; it is missing' : `; it is ${JSON.stringify(there)}`}`,
      );
    }
  };
  const { oauth_config, settings, features } = needed;
  areScopes(find, exported, { kind: 'bot', wanted: oauth_config.scopes.bot });
  areScopes(find, exported, { kind: 'user', wanted: oauth_config.scopes.user ?? [] });
  isListed('/oauth_config/redirect_urls', oauth_config.redirect_urls);
  if (oauth_config.pkce_enabled) isEqual('/oauth_config/pkce_enabled', true);
  isListed('/settings/event_subscriptions/bot_events', settings.event_subscriptions.bot_events);
  isEqual('/settings/event_subscriptions/request_url', settings.event_subscriptions.request_url);
  isEqual('/settings/socket_mode_enabled', settings.socket_mode_enabled || undefined);
  if (!settings.socket_mode_enabled && valueAt(exported, '/settings/socket_mode_enabled') === true) {
    find('/settings/socket_mode_enabled', 'must be off: events go to a socket that nobody opens');
  }
  if (settings.interactivity.is_enabled) isEqual('/settings/interactivity/is_enabled', true);
  isEqual('/settings/interactivity/request_url', settings.interactivity.request_url);
  isEqual('/settings/interactivity/message_menu_options_url', settings.interactivity.message_menu_options_url);
  checkNamed(find, exported, {
    at: '/features/slash_commands',
    name: 'command',
    wanted: features.slash_commands ?? [],
    // Whether people and channels are escaped matters to commands that are told whom somebody means.
    same: ({ should_escape: escapes }) => (escapes === true ? ['url', 'should_escape'] : ['url']),
  });
  checkNamed(find, exported, {
    at: '/features/shortcuts',
    name: 'callback_id',
    wanted: features.shortcuts ?? [],
    same: () => ['type'],
  });
  if (settings.org_deploy_enabled) isEqual('/settings/org_deploy_enabled', true);
  const functions = Object(valueAt(exported, '/functions')) as object;
  for (const callbackId of Object.keys(needed.functions ?? {})) {
    if (!Object.hasOwn(functions, callbackId)) find('/functions', `${callbackId} is missing`);
  }
  if (valueAt(exported, '/features/bot_user') === undefined)
    find('/features/bot_user', 'is missing: the app has no bot');
  if (features.app_home?.home_tab_enabled) isEqual('/features/app_home/home_tab_enabled', true);
  if (features.app_home?.messages_tab_enabled) {
    isEqual('/features/app_home/messages_tab_enabled', true);
    if (valueAt(exported, '/features/app_home/messages_tab_read_only_enabled') === true) {
      find('/features/app_home/messages_tab_read_only_enabled', 'must be false: nobody can write to the bot');
    }
  }
  if (features.assistant_view && valueAt(exported, '/features/assistant_view') === undefined) {
    find('/features/assistant_view', 'is missing: the bot answers in the pane for assistants');
  }
  return findings;
}

/**
 * Scopes may stand among those that a team can leave out: then they are asked for, and may be missing all the same.
 * (https://docs.slack.dev/reference/app-manifest)
 */
function areScopes(
  find: (at: string, problem: string) => void,
  exported: unknown,
  { kind, wanted }: { kind: 'bot' | 'user'; wanted: readonly string[] },
): void {
  const at = `/oauth_config/scopes/${kind}`;
  const [required, optional] = [listAt(exported, at), listAt(exported, `${at}_optional`)];
  for (const scope of wanted) {
    if (optional.includes(scope))
      find(`${at}_optional`, `${scope} must not be optional: the bot needs it of every team`);
    else if (!required.includes(scope)) find(at, `${scope} is missing`);
  }
}

/** What a manifest has beyond what is needed: no fault, for the app may be for more than this bot; else it asks people for too much. */
export function moreThanNeeded(exported: unknown, { oauth_config, settings, features }: Manifest): ManifestFinding[] {
  const lists: readonly [string, readonly unknown[]][] = [
    ['/oauth_config/scopes/bot', oauth_config.scopes.bot],
    ['/oauth_config/scopes/user', oauth_config.scopes.user ?? []],
    ['/settings/event_subscriptions/bot_events', settings.event_subscriptions.bot_events],
  ];
  const commands = (features.slash_commands ?? []).map(({ command }) => command);
  const theirs = listAt(exported, '/features/slash_commands').map((one) => (Object(one) as Unknown).command);
  return [
    ...lists.flatMap(([at, needed]) => beyond(at, listAt(exported, at), needed)),
    ...beyond('/features/slash_commands', theirs, commands),
  ];
}

function beyond(at: string, there: readonly unknown[], needed: readonly unknown[]): ManifestFinding[] {
  const more = there.filter((one): one is string => typeof one === 'string' && !needed.includes(one));
  return more.map((one) => ({ at, problem: `${one} is not needed by this bot` }));
}

/** Those of a list that have this name: they must be there, and be the same in some fields. */
function checkNamed(
  find: (at: string, problem: string) => void,
  exported: unknown,
  {
    at,
    name,
    wanted,
    same,
  }: { at: string; name: string; wanted: readonly object[]; same: (one: Unknown) => readonly string[] },
): void {
  const there = valueAt(exported, at);
  const list = Array.isArray(there) ? (there as Unknown[]) : [];
  for (const one of wanted as readonly Unknown[]) {
    const found = list.find((other) => Object(other)[name] === one[name]);
    if (!found) find(at, `${String(one[name])} is missing`);
    for (const field of found ? same(one) : []) {
      const isOther = one[field] !== undefined && found?.[field] !== one[field];
      if (isOther)
        find(
          at,
          `${String(one[name])}: ${field} must be ${JSON.stringify(one[field])}; it is ${JSON.stringify(found?.[field])}`,
        );
    }
  }
}

export function listAt(value: unknown, pointer: string): readonly unknown[] {
  const list = valueAt(value, pointer);
  return Array.isArray(list) ? list : [];
}

export function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (part, name) => (typeof part === 'object' && part !== null ? (part as Unknown)[name] : undefined),
      value,
    );
}
