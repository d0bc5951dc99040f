/**
 * TCP connections that can be cut: a node reaches its database and Slack through a wire of its own. A process of its own, so that
 * what goes over a wire is not slowed by whoever judges. A wire in a hole is a partition: nothing passes, nobody is told.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { answerRequests } from './answer-requests.ts';
import { type PauseTold, watchPauses } from './watch-pauses.ts';

interface Link {
  near: Socket;
  far: Socket | undefined;
}

class Wire {
  #to: number;
  #isOpen = true;
  readonly #links = new Set<Link>();
  readonly #server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => this.#accept(near));

  constructor(to: number) {
    this.#to = to;
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  set({ state, to }: { state?: 'open' | 'hole'; to?: number }): void {
    if (to !== undefined) this.#to = to;
    if (state === undefined) return;
    this.#isOpen = state === 'open';
    for (const link of this.#links) {
      if (this.#isOpen) this.#join(link);
      else part(link);
    }
  }

  #accept(near: Socket): void {
    const link: Link = { near, far: undefined };
    this.#links.add(link);
    near.setNoDelay(true);
    near.on('error', () => this.#end(link)).on('close', () => this.#end(link));
    if (this.#isOpen) this.#join(link);
  }

  /** A connection that was begun in a hole reaches the other end only now; and of one whose other end has gone meanwhile one hears now. */
  #join(link: Link): void {
    link.far ??= this.#reach(link);
    if (link.far.destroyed) {
      this.#end(link);
      return;
    }
    link.near.pipe(link.far);
    link.far.pipe(link.near);
  }

  #reach(link: Link): Socket {
    const far = connect({ host: '127.0.0.1', port: this.#to, allowHalfOpen: true, noDelay: true });
    const onGone = () => {
      if (this.#isOpen) this.#end(link);
    };
    far.on('error', onGone).on('close', onGone);
    return far;
  }

  #end(link: Link): void {
    this.#links.delete(link);
    // A reset, as the other end would send it: whoever waits for an answer is told at once.
    if (!link.near.destroyed) link.near.resetAndDestroy();
    if (link.far && !link.far.destroyed) link.far.resetAndDestroy();
  }
}

function part({ near, far }: Link): void {
  if (!far) return;
  near.unpipe(far).pause();
  far.unpipe(near).pause();
}

const wires = new Map<string, Wire>();

const pauses: PauseTold[] = [];
watchPauses((pause) => pauses.push(pause));

answerRequests({
  pauses: () => pauses,
  async addWire({ name, to }) {
    const wire = new Wire(to);
    wires.set(name, wire);
    return { port: await wire.listen() };
  },
  setWire({ name, ...change }) {
    const wire = wires.get(name);
    if (!wire) throw new Error(`no wire ${name}`);
    wire.set(change);
    return null;
  },
});
