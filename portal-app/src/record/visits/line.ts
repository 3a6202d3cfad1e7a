/** One line of a visit's summary. */
import type { Observation } from '@medplum/fhirtypes';
import type { Flag } from '../../format/flag.ts';

export interface VisitLine {
  readonly id: string;
  readonly to?: string | undefined;
  readonly name: string;
  /** A measured value. */
  readonly value?: string | undefined;
  readonly about?: string | undefined;
  readonly note?: string | undefined;
  readonly flag?: Flag | undefined;
  /** What the value is of. */
  readonly result?: Observation | undefined;
}
