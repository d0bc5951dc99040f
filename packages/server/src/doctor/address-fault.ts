/** What is said of an address at which nobody answers as was expected. */

/** Where an address is written, and of whom it should be. */
export interface AddressUse {
  /** `in --server`, `in PUBLIC_URL`. */
  where: string;
  /** Who should answer there: `a slack-bot-server`. */
  expected: string;
  /** What belongs there in place of the address of somebody else. */
  right: string;
}

/** What is wrong with an address, and how it is mended. */
export interface AddressFault {
  kind: 'certificate' | 'client-certificate' | 'closed' | 'handshake' | 'scheme' | 'stranger';
  /** As it goes on after the address: "expects TLS, but …". */
  what: string;
  fix: string;
}
