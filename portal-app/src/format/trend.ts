/** What a chart draws of values over time: lines of points, oldest first. */
export interface Point {
  readonly time: number;
  readonly date: string | undefined;
  readonly value: number;
  readonly outside: boolean;
  /** Measured at home, not by the clinic. */
  readonly isFromHome: boolean;
}

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}
