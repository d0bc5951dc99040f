/** Certificates for servers of TLS in tests, as an authority would sign them: each test makes its own, with what is wrong with it. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface TestCertificate {
  /** In PEM. */
  cert: string;
  /** In PEM. */
  key: string;
  name: string;
  privateKey: KeyObject;
}

interface Wanted {
  /** Who signs it. @defaultValue itself */
  issuer?: TestCertificate;
  isAuthority?: boolean;
  /** Of a key of RSA that is too short to be accepted. */
  isWeak?: boolean;
  /** IPv4 addresses and names that it is for. @defaultValue 127.0.0.1 and localhost */
  names?: readonly string[];
  validFrom?: string;
  validTo?: string;
}

/** Signs a certificate of this name, with a new key. */
export function aCertificate(name: string, wanted: Wanted = {}): TestCertificate {
  const { privateKey, publicKey } = wanted.isWeak
    ? generateKeyPairSync('rsa', { modulusLength: 1024 })
    : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { validFrom = '2020-01-01T00:00:00Z', validTo = '2100-01-01T00:00:00Z' } = wanted;
  const issuer = wanted.issuer ?? { name, privateKey };
  const content = tlv(
    0x30,
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    // Positive: a number whose first bit is set would be below zero.
    tlv(0x02, Buffer.of(1), randomBytes(8)),
    ECDSA_SHA256,
    nameOf(issuer.name),
    tlv(0x30, timeOf(validFrom), timeOf(validTo)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, tlv(0x30, ...extensionsOf(wanted))),
  );
  const signature = tlv(0x03, Buffer.of(0), sign('sha256', content, issuer.privateKey));
  const base64 = tlv(0x30, content, ECDSA_SHA256, signature).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), name, privateKey };
}

/** A value of DER: its tag, its length, and what is in it. */
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const long = length > 0xff ? [0x82, length >> 8, length & 0xff] : [0x81, length];
  return Buffer.concat([Buffer.of(tag, ...(length < 0x80 ? [length] : long)), value]);
}

const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'));
const ECDSA_SHA256 = tlv(0x30, oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const BASIC_CONSTRAINTS = oid('551d13');
const SUBJECT_ALT_NAME = oid('551d11');
const TRUE = tlv(0x01, Buffer.of(0xff));

function nameOf(name: string): Buffer {
  return tlv(0x30, tlv(0x31, tlv(0x30, COMMON_NAME, tlv(0x0c, Buffer.from(name)))));
}

function timeOf(iso: string): Buffer {
  return tlv(0x18, Buffer.from(iso.replace(/\D/g, '').slice(0, 14).concat('Z')));
}

function extensionsOf({ isAuthority = false, names = ['127.0.0.1', 'localhost'] }: Wanted): Buffer[] {
  const constraints = tlv(0x04, tlv(0x30, ...(isAuthority ? [TRUE] : [])));
  const alternatives = names.map((name) =>
    /^[\d.]+$/.test(name) ? tlv(0x87, Buffer.from(name.split('.').map(Number))) : tlv(0x82, Buffer.from(name)),
  );
  const others = tlv(0x30, SUBJECT_ALT_NAME, tlv(0x04, tlv(0x30, ...alternatives)));
  return [tlv(0x30, BASIC_CONSTRAINTS, TRUE, constraints), ...(names.length > 0 ? [others] : [])];
}
