/**
 * Two signing secrets at once, while one is rotated: SLACK_SIGNING_SECRET=new,old. What a signature is, is signature.ts; this
 * tries each secret and says which are in use, so that the operator knows when the old one can go.
 */

/** More are no rotation. */
export const MAX_SIGNING_SECRETS = 2;

/** How often it is said that a secret is still in use, in milliseconds. */
const TELL_EVERY_MS = 3_600_000;

/** Which secret a request was signed with: 1 is the first of the setting. */
export interface SecretUse {
  secret: number;
  of: number;
}

export interface SigningSecretsDeps<Claims extends readonly unknown[]> {
  /** Called at the first use of each secret and at most once an hour then; never when there is one only. */
  onUse: (use: SecretUse) => void;
  /** Whether a request that fits says that a secret is in use. @defaultValue each does */
  isUse?: (...claims: Claims) => boolean;
  now: () => number;
}

/** The secrets of the setting, the first one first. */
export function signingSecretsIn(setting: string): string[] {
  return setting.split(',').map((secret) => secret.trim());
}

/**
 * A check that is true where that of one of the secrets is. All are asked each time, so that the time taken tells nobody which
 * one fits; one secret costs nothing more than without this.
 */
export function createCheckOfAny<Claims extends readonly unknown[]>(
  setting: string,
  createCheck: (secret: string) => (...claims: Claims) => boolean,
  { onUse, isUse = () => true, now }: SigningSecretsDeps<Claims>,
): (...claims: Claims) => boolean {
  const checks = signingSecretsIn(setting).map(createCheck);
  const [only] = checks;
  if (only && checks.length === 1) return only;
  const toldAtMs = checks.map(() => Number.NEGATIVE_INFINITY);
  return (...claims) => {
    const fits = checks.map((check) => check(...claims));
    const place = fits.indexOf(true);
    if (place === -1) return false;
    if (now() - (toldAtMs[place] ?? 0) >= TELL_EVERY_MS && isUse(...claims)) {
      toldAtMs[place] = now();
      onUse({ secret: place + 1, of: checks.length });
    }
    return true;
  };
}
