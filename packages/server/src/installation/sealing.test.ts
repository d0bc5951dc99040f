import { describe, expect, it } from 'vitest';
import { createVault } from './sealing.ts';

const TOKEN = 'xoxb-test-sealed';
const BOT = { installationKey: 'T1', kind: 'bot', userId: '' } as const;

const keyOf = (byte: number) => new Uint8Array(32).fill(byte);

describe('vault', () => {
  it('opens what it sealed, and never seals the same bytes twice', () => {
    const vault = createVault([keyOf(1)]);
    const sealed = vault.seal(TOKEN, BOT);
    expect(vault.open(sealed, BOT)).toBe(TOKEN);
    expect(vault.seal(TOKEN, BOT)).not.toEqual(sealed);
    expect(Buffer.from(sealed).includes(TOKEN)).toBe(false);
  });

  it('keeps the documented format: version, key id, 12-byte nonce, text, 16-byte tag', () => {
    const vault = createVault([keyOf(1)]);
    const sealed = Buffer.from(vault.seal(TOKEN, BOT));
    expect(sealed[0]).toBe(2);
    expect(sealed.toString('hex', 1, 9)).toBe(vault.fingerprint);
    expect(sealed.length).toBe(1 + 8 + 12 + TOKEN.length + 16);
  });

  it('seals with the first key and opens with every one', () => {
    const old = createVault([keyOf(1)]).seal(TOKEN, BOT);
    const vault = createVault([keyOf(2), keyOf(1)]);
    expect(vault.open(old, BOT)).toBe(TOKEN);
    expect(createVault([keyOf(2)]).open(vault.seal(TOKEN, BOT), BOT)).toBe(TOKEN);
  });

  it('says that the key is missing, and which, when it has another one', () => {
    const sealing = createVault([keyOf(1)]);
    const sealed = sealing.seal(TOKEN, BOT);
    expect(() => createVault([keyOf(2)]).open(sealed, BOT)).toThrow(
      expect.objectContaining({
        code: 'sealed_value_unreadable',
        message: expect.stringContaining(`T1 cannot be read: it was sealed with the key ${sealing.fingerprint}`),
      }),
    );
  });

  it.each([
    ['installation', { ...BOT, installationKey: 'T2' }],
    ['kind', { ...BOT, kind: 'user' as const }],
    ['person', { ...BOT, userId: 'U1' }],
  ])('does not open a token that was moved to another %s', (_, binding) => {
    const vault = createVault([keyOf(1)]);
    const sealed = vault.seal(TOKEN, BOT);
    expect(() => vault.open(sealed, binding)).toThrow(expect.objectContaining({ code: 'sealed_value_unreadable' }));
  });

  it('notices a change of any byte', () => {
    const vault = createVault([keyOf(1)]);
    const sealed = vault.seal(TOKEN, BOT);
    for (const index of sealed.keys()) {
      const changed = sealed.map((byte, at) => (at === index ? byte ^ 1 : byte));
      expect(() => vault.open(changed, BOT)).toThrow(expect.objectContaining({ code: 'sealed_value_unreadable' }));
    }
  });

  it.each([0, 1, 20, 36])('refuses a value of %i bytes', (sizeBytes) => {
    const vault = createVault([keyOf(1)]);
    const cut = vault.seal(TOKEN, BOT).subarray(0, sizeBytes);
    expect(() => vault.open(cut, BOT)).toThrow(expect.objectContaining({ code: 'sealed_value_unreadable' }));
  });

  it('derives the same key for the same purpose only, and tells nothing of the first one', () => {
    const vault = createVault([keyOf(1)]);
    const derived = vault.deriveKey('oauth-state');
    expect(derived).toHaveLength(32);
    expect(createVault([keyOf(1), keyOf(2)]).deriveKey('oauth-state')).toEqual(derived);
    expect(vault.deriveKey('session')).not.toEqual(derived);
    expect(createVault([keyOf(2)]).deriveKey('oauth-state')).not.toEqual(derived);
    expect(vault.fingerprint).not.toBe(createVault([keyOf(2)]).fingerprint);
  });

  it('needs a key', () => {
    expect(() => createVault([])).toThrow(expect.objectContaining({ code: 'invalid_configuration' }));
  });
});
