/**
 * A TCP connection whose bytes nobody gets, for the time being: below ws, whose receiver would answer pings and close frames by
 * itself. It is read on, so that its end is seen.
 */
import type { Duplex } from 'node:stream';

/** What comes beyond it is lost. */
const MAX_KEPT_BYTES = 256 * 1024;

type OnData = (bytes: Buffer) => void;

export class Stall {
  readonly #tcp: Duplex;
  readonly #readers: readonly OnData[];
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;

  /** Takes the bytes away from whoever reads them now. */
  constructor(tcp: Duplex, onIgnored: OnData) {
    this.#tcp = tcp;
    this.#readers = tcp.listeners('data') as OnData[];
    tcp.removeAllListeners('data');
    tcp.on('data', (bytes: Buffer) => {
      this.#keep(bytes);
      onIgnored(bytes);
    });
    tcp.resume();
  }

  /** Gives them what came meanwhile, and what comes from now on. */
  end(): void {
    this.#tcp.removeAllListeners('data');
    for (const reader of this.#readers) {
      this.#tcp.on('data', reader);
      for (const bytes of this.#kept) reader.call(this.#tcp, bytes);
    }
  }

  #keep(bytes: Buffer): void {
    if (this.#keptBytes + bytes.length > MAX_KEPT_BYTES) return;
    this.#keptBytes += bytes.length;
    this.#kept.push(bytes);
  }
}
