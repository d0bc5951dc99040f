/** What the process of a contender makes connections with. */

/** A client that has been loaded. `connect` begins and does not wait for the sockets. */
export interface Client {
  connect(): void | Promise<void>;
}
