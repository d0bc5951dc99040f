/** What of the settings is secret, and so must never be written. */

/** Names of settings whose values are secrets. */
export const SECRET_KEY = /secret|key|token/i;

/**
 * Everything in the settings that must never be written: each secret, each of several with commas, client id and secret as
 * they travel in a header, and the addresses and passwords of the database and of a proxy. Also of settings that are wrong.
 */
export function secretsOf(settings: Readonly<Record<string, unknown>>): string[] {
  const secrets: string[] = [];
  for (const [key, value] of Object.entries(settings)) {
    if (!SECRET_KEY.test(key)) continue;
    for (const text of Array.isArray(value) ? value : [value]) {
      if (typeof text === 'string') secrets.push(text.trim(), ...text.split(',').map((part) => part.trim()));
    }
  }
  const { slackClientId = '', slackClientSecret: clientSecret } = settings;
  if (typeof clientSecret === 'string' && clientSecret !== '')
    secrets.push(Buffer.from(`${String(slackClientId)}:${clientSecret.trim()}`).toString('base64'));
  const { databaseUrl = '', databaseDirectUrl = '', ...others } = settings;
  const addresses = [
    databaseUrl,
    databaseDirectUrl,
    ...Object.keys(others).flatMap((key) => (/proxy$/i.test(key) ? [others[key]] : [])),
  ];
  for (const address of addresses) if (typeof address === 'string') secrets.push(...secretsOfUrl(address));
  return secrets.filter((text) => text !== '');
}

/** A short password is known with the user before it only: alone it would stand in many a word. */
function secretsOfUrl(url: string): string[] {
  const [, userAndPassword, password] = /:(\/\/[^/?#]*:([^/?#]*)@)/.exec(url) ?? [];
  const inQuery = /[?&]password=([^&#]*)/.exec(url)?.[1];
  const passwords = [password, inQuery].flatMap((text) => (text ? [text, decoded(text)] : []));
  return passwords.length === 0 ? [] : [url, ...(userAndPassword ? [userAndPassword] : []), ...passwords];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
