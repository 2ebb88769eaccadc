/** From ticks to seconds and back, over tempo changes. */

export class TempoMap {
  private readonly points: { tick: number; seconds: number; secondsPerTick: number }[] = [];

  /**
   * @param tempos onset in ticks and quarters a minute, in order
   * @param scale how much faster than written
   */
  constructor(tempos: readonly (readonly [number, number])[], ticksPerQuarter: number, scale = 1, fallback = 100) {
    let [tick, seconds, speed] = [0, 0, fallback];
    const first = tempos[0];
    const changes = first && first[0] <= 0 ? tempos : [[0, first?.[1] ?? fallback] as const, ...tempos];
    for (const [onset, quartersPerMinute] of changes) {
      const secondsPerTick = 60 / (speed * scale) / ticksPerQuarter;
      if (this.points.length) seconds += (onset - tick) * secondsPerTick;
      [tick, speed] = [onset, quartersPerMinute];
      this.points.push({ tick, seconds, secondsPerTick: 60 / (speed * scale) / ticksPerQuarter });
    }
  }

  secondsAt(tick: number): number {
    const point = this.pointBefore((each) => each.tick <= tick);
    return point.seconds + (tick - point.tick) * point.secondsPerTick;
  }

  tickAt(seconds: number): number {
    const point = this.pointBefore((each) => each.seconds <= seconds);
    return point.tick + (seconds - point.seconds) / point.secondsPerTick;
  }

  private pointBefore(isBefore: (point: { tick: number; seconds: number }) => boolean): {
    tick: number;
    seconds: number;
    secondsPerTick: number;
  } {
    const found = this.points.filter(isBefore).at(-1) ?? this.points[0];
    if (found === undefined) throw new Error('a tempo map has at least one point');
    return found;
  }
}
