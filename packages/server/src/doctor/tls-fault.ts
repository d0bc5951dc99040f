/**
 * Why a connection of TLS was given up, in words: a certificate that is not accepted here, or a client that is not accepted there. Pure: it
 * reads what Node threw.
 */
import type { PeerCertificate } from 'node:tls';
import { messageOf } from '../errors.ts';
import type { AddressFault, AddressUse } from './address-fault.ts';

/** Codes of X.509 for a chain that leads to nobody who is trusted. (https://nodejs.org/api/tls.html#x509-certificate-error-codes) */
const UNTRUSTED = /^(?:UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|CERT_UNTRUSTED|INVALID_CA)$/;

const WRONG_NAME = /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/;

/** What else Node says of a certificate: it is revoked, of a wrong kind, or of a weak key. */
const UNFIT = /^(?:CERT_\w+|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/;

/** What TLS says to refuse a client. What it says of a certificate is about ours, and we have none. */
const REFUSAL = /^ERR_SSL_[\w/]*_ALERT_/;
const OUR_CERTIFICATE = /_ALERT_\w*(?:CERTIFICATE|UNKNOWN_CA)/;

/** Names of a certificate are told up to as many characters. */
const NAMES_LENGTH = 200;

/** What is wrong with the certificate of a server; undefined when nothing is. @param cause What the connection failed with. */
export function certificateFault(
  address: string,
  cause: unknown,
  { where }: Pick<AddressUse, 'where'>,
): AddressFault | undefined {
  const code = codeOf(cause);
  const { hostname } = new URL(address);
  if (WRONG_NAME.test(code)) {
    const fix = `Use a name of the certificate ${where}, or install a certificate for ${hostname}.`;
    return { kind: 'certificate', what: `has a certificate for ${namesOf(cause)}, but not for ${hostname}`, fix };
  }
  if (code === 'CERT_HAS_EXPIRED') {
    const fix = 'Renew the certificate. If it is still valid, correct the clock of this machine.';
    return { kind: 'certificate', what: 'has a certificate that has expired', fix };
  }
  if (code === 'CERT_NOT_YET_VALID') {
    const fix = 'Correct the clock of this machine. If it is right, install a certificate that is valid already.';
    return { kind: 'certificate', what: 'has a certificate that is not valid yet', fix };
  }
  // Behind it Node advises a switch of its own.
  const [reason] = messageOf(cause).split('; ');
  if (UNTRUSTED.test(code)) {
    const fix =
      'If your own CA signed it, set NODE_EXTRA_CA_CERTS to the file with the certificate of that CA. If a public CA did, let the server send its intermediate certificates too.';
    return { kind: 'certificate', what: `has a certificate that is not trusted here: ${reason}`, fix };
  }
  if (!UNFIT.test(code)) return undefined;
  return {
    kind: 'certificate',
    what: `has a certificate that is not accepted here: ${reason}`,
    fix: 'Install another certificate on that server, or on the proxy in front of it.',
  };
}

/** Why a server refuses TLS with us; undefined when it does not. @param cause What the connection failed with. */
export function refusalFault(
  address: string,
  cause: unknown,
  { where }: Pick<AddressUse, 'where'>,
): AddressFault | undefined {
  const code = codeOf(cause);
  if (!REFUSAL.test(code)) return undefined;
  if (OUR_CERTIFICATE.test(code)) {
    return {
      kind: 'client-certificate',
      what: 'demands a client certificate, and this command has none',
      fix: `Let that server, or the proxy in front of it, accept this machine without one, or use an address ${where} that demands none.`,
    };
  }
  const { hostname } = new URL(address);
  return {
    kind: 'handshake',
    what: `refuses the TLS handshake: ${messageOf(cause).replace(/^TLS failed: /, '')}`,
    fix: `Look in the log of that server, or of the proxy in front of it: it may have no certificate for ${hostname}, or demand a client certificate.`,
  };
}

function codeOf(cause: unknown): string {
  const { code } = Object(cause) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Those that count: the common name does only where no other is given. */
function namesOf(cause: unknown): string {
  const { cert } = Object(cause) as { cert?: Partial<PeerCertificate> };
  const names = cert?.subjectaltname?.replaceAll(/\b(?:DNS|IP Address):/g, '') ?? cert?.subject?.CN;
  return names === undefined ? 'another name' : String(names).slice(0, NAMES_LENGTH);
}
