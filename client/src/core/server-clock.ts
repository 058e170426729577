/** How far the server's clock is ahead of ours, ms. */

const SAMPLES = 8;

export class ServerClock {
  private readonly samples: number[] = [];

  /**
   * The server wrote `serverMs`, and it arrived at our `nowMs`. A delay makes the server look behind, so the greatest
   * difference of the last samples is the one that waited least. Returns the offset.
   */
  sample(serverMs: number, nowMs: number): number {
    this.samples.push(serverMs - nowMs);
    if (this.samples.length > SAMPLES) this.samples.shift();
    return Math.max(...this.samples);
  }
}
