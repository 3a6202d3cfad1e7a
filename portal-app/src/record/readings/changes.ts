/** Writing down what was measured; taking back what was written wrongly. */
import type { Resource } from '@medplum/fhirtypes';
import { type Change, type Fhir, FhirFailure, isWithdrawn } from '../../smart/fhir.ts';
import { criteriaOf, identified } from '../../smart/once.ts';
import type { Shown } from './queries.ts';
import { observationsOf, type Reading } from './reading.ts';

/** `instead`: was wrong, and goes with the same request. */
export async function writeDown(
  fhir: Fhir,
  reading: Reading,
  identity: string,
  instead?: Shown,
): Promise<void> {
  const added = observationsOf(fhir, reading).map((resource, i): Change & { readonly onlyIfNone: string } => {
    const part = i === 0 ? '' : '-pulse';
    return { resource: identified(resource, identity, part), onlyIfNone: criteriaOf(identity, part) };
  });
  if (instead) return replace(fhir, instead, added);
  // One after the other: what arrived is not stored again when the rest is sent once more.
  for (const { resource, onlyIfNone } of added) await fhir.create(resource, onlyIfNone);
}

export const takeBack = (fhir: Fhir, shown: Shown): Promise<void> => replace(fhir, shown, []);

/** Where it was taken back before (an answer was lost, another tab), what remains to be done is done. */
async function replace(fhir: Fhir, wrong: Shown, added: readonly Change[]): Promise<void> {
  try {
    await fhir.transact([...added, ...withdrawals(fhir, wrong)]);
  } catch (error) {
    const isOld = error instanceof FhirFailure && error.status === 412;
    if (!isOld || !isWithdrawn(await fhir.read('Observation', wrong.id ?? ''))) throw error;
    if (added.length > 0) await fhir.transact(added);
  }
}

function withdrawals(fhir: Fhir, { observation, pulse }: Shown): readonly Change[] {
  const theirs = [observation, ...(pulse && mayTakeBack(fhir, pulse) ? [pulse] : [])];
  return theirs.map((each) => ({ resource: { ...each, status: 'entered-in-error' } }));
}

const WRITTEN_BY = 'urn:wellspring:written-by';

/** What came from the patient's side and was not changed by the clinic since; of somebody else's side only what they wrote themself. The rest is the clinic's to change. */
export function mayTakeBack({ self, patient }: Pick<Fhir, 'self' | 'patient'>, { meta }: Resource): boolean {
  const writer = meta?.tag?.find(({ system }) => system === WRITTEN_BY)?.code;
  return writer !== undefined && (writer === self || self === `Patient/${patient}`);
}
