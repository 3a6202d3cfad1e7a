import type { Code } from './coding.ts';
import type { PlannedVisit } from './story.ts';

/** What a visit is, by HL7's table 0276. */
export const visitKinds: Record<PlannedVisit['type'], Code> = {
  CHECKUP: ['CHECKUP', 'A routine check-up, such as an annual physical'],
  FOLLOWUP: ['FOLLOWUP', 'A follow up visit from a previous appointment'],
  ROUTINE: ['ROUTINE', 'Routine appointment - default if not valued'],
};
