/** Which work whoever is signed in may see: what their role is refused is no place of theirs. */
import { queryOptions } from '@tanstack/react-query';
import type { FhirApi } from '../../smart/fhir.ts';
import { may, mayAll, type Rights, rightsQuery } from '../../smart/rights.ts';

export interface Reach {
  /** What waits, and what came of it. */
  readonly tasks: boolean;
  /** Of what waits, only what waits for their own pool. */
  readonly ownPoolOnly: boolean;
  /** Something is sent to many at once. */
  readonly broadcasts: boolean;
  /** What is wrong with patients, what was found and written of them. */
  readonly clinical: boolean;
  readonly messages: boolean;
  readonly visits: boolean;
  readonly insurance: boolean;
  readonly bills: boolean;
  /** For how many minutes at most a record opens in an emergency; 0: none does. */
  readonly emergency: number;
  /** How exchange with others does. */
  readonly exchange: boolean;
}

/** What needs nothing is everybody's; before it is known, whatever most have is there. */
export const isWithin = (reach: Reach | undefined, needs: keyof Reach | undefined): boolean =>
  !needs || !reach || Boolean(reach[needs]);

/** Asked anew where one's roles change. */
export const reachQuery = (fhir: FhirApi) =>
  queryOptions({ ...rightsQuery(fhir), select: (rights: Rights | null) => reachOf(rights, fhir) });

/** Whether there is anything of a type for whoever is signed in. */
export const findsOf =
  (rights: Rights | null, { offers }: Pick<FhirApi, 'offers'>) =>
  (type: string): boolean =>
    rights === null ? offers(type, 'search-type') : may(rights, type, 's');

/** null: it is not told; then what the app was granted is what there is, and the server says no itself. */
export function reachOf(rights: Rights | null, { offers }: Pick<FhirApi, 'offers'>): Reach {
  const finds = findsOf(rights, { offers });
  return {
    tasks: finds('Task'),
    ownPoolOnly: rights !== null && !mayAll(rights, 'Task', 's'),
    broadcasts: finds('CommunicationRequest') && (rights === null || rights.broadcasts !== undefined),
    clinical: finds('Condition'),
    messages: finds('Communication'),
    visits: finds('Appointment'),
    insurance: finds('Coverage'),
    bills: finds('Invoice'),
    emergency: rights === null ? Number.POSITIVE_INFINITY : (rights.emergency ?? 0),
    exchange: rights === null || rights.oversight,
  };
}
