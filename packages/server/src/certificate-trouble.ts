/** What is wrong with the certificate of a server, by the code that Node gives it. Pure; the words for it are of whoever asks. */
import { messageOf } from './errors.ts';

export type CertificateTrouble = 'expired' | 'not_yet_valid' | 'wrong_name' | 'untrusted' | 'unfit';

/** The first that matches counts. (https://nodejs.org/api/tls.html#x509-certificate-error-codes) */
const byCode: readonly (readonly [RegExp, CertificateTrouble])[] = [
  [/^CERT_HAS_EXPIRED$/, 'expired'],
  [/^CERT_NOT_YET_VALID$/, 'not_yet_valid'],
  [/^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, 'wrong_name'],
  // A chain that leads to nobody who is trusted.
  [/^(?:UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|CERT_UNTRUSTED|INVALID_CA)$/, 'untrusted'],
  // Revoked, of a wrong kind, or damaged. For a weak key or signature Node has no code of its own and says UNSPECIFIED.
  [/^(?:(?:ERROR_IN_)?CERT_\w+|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|UNSPECIFIED)$/, 'unfit'],
];

/** Undefined when the code is of something else. */
export function certificateTrouble(code: string): CertificateTrouble | undefined {
  return byCode.find(([pattern]) => pattern.test(code))?.[1];
}

/** What OpenSSL says of the certificate: behind it Node advises a switch of its own. */
export function certificateReason(thrown: unknown): string {
  const [reason = ''] = messageOf(thrown).split('; ');
  return reason;
}
