/**
 * Tokens at rest: AES-256-GCM under the first of ENCRYPTION_KEYS, readable under any of them.
 *
 *   byte 0      1..8     9..20    21..           last 16
 *   version=2   key id   nonce    ciphertext     tag
 *
 * Additional data = the header (version and key id) and the binding: a sealed token that is copied to another row cannot be opened.
 * Version 1 differs in that byte only. It is read, and says that the token was sealed before teams were bound to organizations:
 * see reseal-repository.ts. docs/credentials.md describes it for readers in other languages.
 *
 * A team's proof is an HMAC under a key of its own, behind the same header.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { BotServerError } from '../errors.ts';
import type { CredentialBinding, Membership, TokenSealer } from '../team/token-sealer.ts';

/** The first byte of what is sealed now. */
const FORMAT = 2;
/** Before memberships of teams were proved. */
const FIRST_FORMAT = 1;
// In bytes. 12 and 16 are what AES-GCM is meant for (NIST SP 800-38D); a key id only tells a few keys apart.
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PROOF_BYTES = 32;
const HEADER_BYTES = 1 + KEY_ID_BYTES;
const ALGORITHM = 'aes-256-gcm';

/** Seals with the first key, opens with each of them. */
export interface Vault extends TokenSealer {
  /** Names the first key without telling anything about it: 16 hex digits. */
  readonly fingerprint: string;
  /** Those of all keys, in order. */
  readonly fingerprints: readonly string[];
  /** Whether a sealed value, or the proof of a team, is of the first key and the newest format. */
  isCurrent(value: Uint8Array): boolean;
  /** Whether a value was sealed before teams were bound to organizations. */
  isOfFirstFormat(sealed: Uint8Array): boolean;
  /** A 32-byte key for another purpose, the same in each process that has the same first key. */
  deriveKey(label: string): Uint8Array;
}

interface SealingKey {
  fingerprint: string;
  id: Buffer;
  // Key objects: Node makes one for each cipher of plain bytes, which takes four times as long as opening a token.
  cipherKey: KeyObject;
  teamKey: KeyObject;
}

/**
 * Builds a vault from keys of 32 bytes; see parseEncryptionKeys and loadOrCreateKeyFile.
 * @throws BotServerError `invalid_configuration` without a key; `sealed_value_unreadable` from `open`
 */
export function createVault(keys: readonly Uint8Array[]): Vault {
  const [firstKey] = keys;
  const ring = keys.map(toSealingKey);
  const [first] = ring;
  if (!firstKey || !first) throw new BotServerError('invalid_configuration', 'ENCRYPTION_KEYS needs at least one key');
  return {
    fingerprint: first.fingerprint,
    fingerprints: ring.map((key) => key.fingerprint),
    seal: (secret, binding) => seal(first, secret, binding),
    open: (sealed, binding) => open(ring, sealed, binding),
    bindTeam: (membership) => Buffer.concat([headerOf(first), proofOf(first, membership)]),
    provesTeam: (binding, membership) => provesTeam(ring, binding, membership),
    isCurrent: (value) => headerOf(first).equals(value.subarray(0, HEADER_BYTES)),
    isOfFirstFormat: (sealed) => sealed[0] === FIRST_FORMAT,
    deriveKey: (label) => derive(firstKey, `derived ${label}`, 32),
  };
}

function toSealingKey(key: Uint8Array): SealingKey {
  const id = derive(key, 'key id', KEY_ID_BYTES);
  const keyFor = (info: string) => createSecretKey(derive(key, info, 32));
  return { fingerprint: id.toString('hex'), id, cipherKey: keyFor('seal'), teamKey: keyFor('team') };
}

function derive(key: Uint8Array, info: string, sizeBytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `slack-bot-server ${info}`, sizeBytes));
}

function seal(key: SealingKey, secret: string, binding: CredentialBinding): Uint8Array {
  const header = headerOf(key);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.cipherKey, nonce).setAAD(additionalData(header, binding));
  return Buffer.concat([header, nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function headerOf({ id }: SealingKey): Buffer {
  return Buffer.concat([Buffer.of(FORMAT), id]);
}

function proofOf({ teamKey }: SealingKey, { installationKey, teamId, access }: Membership): Buffer {
  return createHmac('sha256', teamKey)
    .update(JSON.stringify([installationKey, teamId, access]))
    .digest();
}

function provesTeam(ring: readonly SealingKey[], binding: Uint8Array, membership: Membership): boolean {
  if (binding.length !== HEADER_BYTES + PROOF_BYTES) return false;
  const key = ring.find((candidate) => headerOf(candidate).equals(binding.subarray(0, HEADER_BYTES)));
  return key !== undefined && timingSafeEqual(proofOf(key, membership), binding.subarray(HEADER_BYTES));
}

function open(ring: readonly SealingKey[], sealed: Uint8Array, binding: CredentialBinding): string {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const isKnown = bytes[0] === FORMAT || bytes[0] === FIRST_FORMAT;
  if (!isKnown || bytes.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES)
    throw unreadable(binding, 'its format is unknown');
  const header = bytes.subarray(0, HEADER_BYTES);
  const key = ring.find((candidate) => candidate.id.equals(header.subarray(1)));
  if (!key)
    throw unreadable(
      binding,
      `it was sealed with the key ${header.toString('hex', 1)}, which is not among ENCRYPTION_KEYS`,
    );
  const nonce = bytes.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key.cipherKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(header, binding)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const body = bytes.subarray(HEADER_BYTES + NONCE_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    throw unreadable(binding, 'it was changed, or moved here from another row');
  }
}

function additionalData(header: Buffer, { installationKey, kind, userId, part }: CredentialBinding): Buffer {
  const place = part === undefined ? [installationKey, kind, userId] : [installationKey, kind, userId, part];
  return Buffer.concat([header, Buffer.from(JSON.stringify(place))]);
}

function unreadable({ installationKey, kind }: CredentialBinding, why: string): BotServerError {
  const message = `The ${kind} token of installation ${installationKey} cannot be read: ${why}`;
  return new BotServerError('sealed_value_unreadable', message, { facts: { installationKey, kind } });
}
