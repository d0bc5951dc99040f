/** What one part has to say and others want to hear, where neither may know the other: whoever joins them subscribes one to the other. */

/** Told at once, in the order of the subscriptions. A throwing subscriber is a bug of its own. */
export class Topic<Value> {
  readonly #subscribers: ((value: Value) => void)[] = [];

  subscribe(subscriber: (value: Value) => void): void {
    this.#subscribers.push(subscriber);
  }

  publish(value: Value): void {
    for (const subscriber of this.#subscribers) subscriber(value);
  }
}
