/**
 * Times that the clinic proposes for a visit that was asked for: slots named by an extension of the Appointment, which stays `proposed` until the patient takes one by
 * `$book`. They are kept for nobody: whoever comes first has them. Until there is an answer, the request waits for the patient and not for the clinic.
 */
import { PROPOSED_SLOT } from '../../access/write-rules.ts';
import type { Appointment } from './slot-hold.ts';

/** `Slot/…` of each. */
export const proposedSlots = ({ status, extension = [] }: Appointment): readonly string[] =>
  status === 'proposed'
    ? extension.flatMap(({ url, valueReference }) =>
        url === PROPOSED_SLOT ? (valueReference?.reference ?? []) : [],
      )
    : [];

/** None of them suits: it is a request again. */
export function withoutProposals({ extension = [], ...rest }: Appointment): Appointment {
  const others = extension.filter(({ url }) => url !== PROPOSED_SLOT);
  return { ...rest, ...(others.length > 0 ? { extension: others } : {}) } as Appointment;
}
