/** Sends the events of one app in one workspace, some at a time, so that a slow app holds up nobody but itself. */

/** Tries on the way at the same time, per app and workspace. */
const MAX_IN_FLIGHT = 32;
/** Events that wait per app and workspace; what comes while so many wait is lost, as in Slack's best-effort system. */
export const MAX_WAITING = 10_000;

/** A task; it must not reject. */
export type Task = () => Promise<void>;

/** One queue. */
export class DeliveryQueue {
  #waiting: Task[] = [];
  /** Where the next one is; the array is cut from time to time in place of a shift per task. */
  #next = 0;
  #inFlight = 0;

  /** False when the queue is full and the task is dropped. */
  add(task: Task): boolean {
    if (this.#waiting.length - this.#next >= MAX_WAITING) return false;
    this.#waiting.push(task);
    this.#run();
    return true;
  }

  clear(): void {
    this.#waiting = [];
    this.#next = 0;
  }

  #run(): void {
    while (this.#inFlight < MAX_IN_FLIGHT) {
      const task = this.#waiting[this.#next];
      if (!task) {
        this.clear();
        return;
      }
      this.#next += 1;
      if (this.#next > MAX_IN_FLIGHT * 32) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      this.#inFlight += 1;
      void task().finally(() => {
        this.#inFlight -= 1;
        this.#run();
      });
    }
  }
}
