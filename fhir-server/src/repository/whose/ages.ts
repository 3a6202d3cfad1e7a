/** What the age policy says of one patient, and of one who acts for them: for whoever may read that Patient or RelatedPerson. */
import type { AgePolicy, AgeRule } from '../../access/age-policy.ts';
import { changesOf, dayOfAge } from '../../access/age-rules.ts';
import { patientId } from '../../search/own-references.ts';
import type { ResourceStore } from '../../store/store.ts';
import { childOf, isByAge, relatedPersonOf } from './by-age.ts';
import { delegationOf, isInvited } from './delegates.ts';

export type AgeChange = AgeRule & { readonly on: string };

export interface AgesOfPatient {
  /** undefined: nobody knows when they were born. */
  readonly ownAccountFrom: string | undefined;
  readonly mayHaveAccount: boolean;
  /** For those who act for them as a child, in the order of their days; also those that are past. */
  readonly changes: readonly AgeChange[];
}

export interface AgesOfPerson {
  /** Their access has ended by the patient's age, and no Consent renews it. */
  readonly isOver: boolean;
  /** As AgesOfPatient; none of whom the age rules do not concern. */
  readonly changes: readonly AgeChange[];
}

export interface Ages {
  ofPatient(patient: string): Promise<AgesOfPatient>;
  ofPerson(relatedPerson: string): Promise<AgesOfPerson>;
}

type Store = Pick<ResourceStore, 'read' | 'vread' | 'search'>;

const NOT_CONCERNED: AgesOfPerson = { isOver: false, changes: [] };

export function createAges(store: Store, policy: AgePolicy, now: () => number): Ages {
  return {
    async ofPatient(patient) {
      const child = await childOf(store, patient, now());
      const ownAccountFrom = dayOfAge(child?.birthDate, policy.ownAccountFrom);
      return {
        ownAccountFrom,
        mayHaveAccount: child === undefined || ownAccountFrom === undefined || ownAccountFrom <= child.today,
        changes: changesOf(policy, child?.birthDate),
      };
    },
    async ofPerson(id) {
      const person = await relatedPersonOf(store, id);
      const patient = patientId(person?.patient?.reference);
      if (!person || patient === undefined || isInvited(person)) return NOT_CONCERNED;
      const at = now();
      const child = await childOf(store, patient, at);
      if (!child || !(await isByAge(store, policy, id, person, child))) return NOT_CONCERNED;
      const changes = changesOf(policy, child.birthDate);
      const isGrown = changes.some(({ ended, on }) => ended && on <= child.today);
      const isOver = isGrown && !(await delegationOf(store, id, patient, at)).isPermitted;
      return { isOver, changes };
    },
  };
}
