/**
 * Why a connection of TLS was given up, in words: a certificate that is not accepted here, or a client that is not accepted there. Pure: it
 * reads what Node threw.
 */
import type { PeerCertificate } from 'node:tls';
import { assertNever } from '../assert-never.ts';
import { certificateReason, certificateTrouble } from '../certificate-trouble.ts';
import { messageOf } from '../errors.ts';
import type { AddressFault, AddressUse } from './address-fault.ts';

/**
 * Codes of OpenSSL for a handshake with somebody who does speak TLS: WRONG_VERSION_NUMBER is what it says of all other first words. The
 * names of alerts are no help: UNRECOGNIZED_NAME and some others come without "alert".
 */
const IN_TLS = /^ERR_SSL_(?!WRONG_VERSION_NUMBER$)/;

/** The server ends the handshake by an alert, or begins it in a version that is not accepted here. */
const OLDER_TLS = /^ERR_SSL_(?:\w*_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/;

/** What TLS says of a certificate is about ours, and we have none. */
const OUR_CERTIFICATE = /_ALERT_\w*(?:CERTIFICATE|UNKNOWN_CA)/;

/** What the server says when it gives up the handshake; all else is said here. */
const ALERT = /_ALERT_|^ERR_SSL_TLSV1_/;

/** Names of a certificate are told up to as many characters. */
const NAMES_LENGTH = 200;

/** What is wrong with the certificate of a server; undefined when nothing is. @param cause What the connection failed with. */
export function certificateFault(
  address: string,
  cause: unknown,
  { where }: Pick<AddressUse, 'where'>,
): AddressFault | undefined {
  const { hostname } = new URL(address);
  const saysOf = (what: string, fix: string): AddressFault => ({ kind: 'certificate', what, fix });
  const trouble = certificateTrouble(codeOf(cause));
  switch (trouble) {
    case 'wrong_name':
      return saysOf(
        `has a certificate for ${namesOf(cause)}, but not for ${hostname}`,
        `Use a name of the certificate ${where}, or install a certificate for ${hostname}.`,
      );
    case 'expired':
      return saysOf(
        'has a certificate that has expired',
        'Renew the certificate. If it is still valid, correct the clock of this machine.',
      );
    case 'not_yet_valid':
      return saysOf(
        'has a certificate that is not valid yet',
        'Correct the clock of this machine. If it is right, install a certificate that is valid already.',
      );
    case 'untrusted':
      return saysOf(
        `has a certificate that is not trusted here: ${certificateReason(cause)}`,
        'If your own CA signed it, set NODE_EXTRA_CA_CERTS to the file with the certificate of that CA. If a public CA did, let the server send its intermediate certificates too.',
      );
    case 'unfit':
      return saysOf(
        `has a certificate that is not accepted here: ${certificateReason(cause)}`,
        'Install another certificate on that server, or on the proxy in front of it.',
      );
    case undefined:
      return undefined;
    default:
      return assertNever(trouble, 'certificate trouble');
  }
}

/** Whether a handshake that failed with this code was one with somebody who speaks TLS. */
export function isSpokenInTls(code: string): boolean {
  return IN_TLS.test(code);
}

/** Why a server and we agree on no TLS; undefined when it speaks none. @param cause What the connection failed with. */
export function refusalFault(
  address: string,
  cause: unknown,
  { where }: Pick<AddressUse, 'where'>,
): AddressFault | undefined {
  const code = codeOf(cause);
  if (!isSpokenInTls(code)) return undefined;
  const { hostname } = new URL(address);
  if (code === 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME') {
    const fix = `Use a name that it has a certificate for ${where}, or install a certificate for ${hostname}.`;
    return { kind: 'certificate', what: `has no certificate for ${hostname}`, fix };
  }
  if (OLDER_TLS.test(code)) {
    const fix = 'Let that server, or the proxy in front of it, speak TLS 1.2 or later.';
    return { kind: 'handshake', what: 'speaks only a TLS version that is too old for this command', fix };
  }
  if (OUR_CERTIFICATE.test(code)) {
    return {
      kind: 'client-certificate',
      what: 'demands a client certificate, and this command has none',
      fix: `Let that server, or the proxy in front of it, accept this machine without one, or use an address ${where} that demands none.`,
    };
  }
  const reason = messageOf(cause).replace(/^TLS failed: /, '');
  const look = 'Look in the log of that server, or of the proxy in front of it';
  if (!ALERT.test(code)) return { kind: 'handshake', what: `fails the TLS handshake: ${reason}`, fix: `${look}.` };
  return {
    kind: 'handshake',
    what: `refuses the TLS handshake: ${reason}`,
    fix: `${look}: it may have no certificate for ${hostname}, or demand a client certificate.`,
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
