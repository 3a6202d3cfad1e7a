/** What a file of readings gives, whatever wrote it. */
import { Explained } from '../../format/explained.ts';
import type { Reading } from './reading.ts';

/** So many are taken from one file. */
export const MOST_ROWS = 20_000;

export interface LineProblem {
  /** As an editor counts them, from 1. */
  readonly line: number;
  readonly why: string;
}

export interface Found {
  readonly readings: readonly Reading[];
  readonly problems: readonly LineProblem[];
}

/** Of what could not be read at all, in words. */
export class FileProblem extends Explained {}
