/** The pharmacy the person prefers: HL7's extension patient-preferredPharmacy of their Patient resource. */
import type { Extension, Patient, Reference } from '@medplum/fhirtypes';
import { t } from '../../i18n/text.ts';
import type { Pharmacy } from '../medicines/supply.ts';

const PREFERRED = 'http://hl7.org/fhir/StructureDefinition/patient-preferredPharmacy';

export function pharmacyOf({ extension = [] }: Patient): Pharmacy | undefined {
  const found = extension
    .find(({ url }) => url === PREFERRED)
    ?.extension?.find(({ url }) => url === 'pharmacy');
  const reference = found?.valueReference;
  return reference?.reference === undefined
    ? undefined
    : { reference: reference.reference, name: reference.display ?? t('Pharmacy') };
}

/** In the place of the one before; undefined: none. */
export function withPharmacy(patient: Patient, pharmacy: Pharmacy | undefined): Patient {
  const others = (patient.extension ?? []).filter(({ url }) => url !== PREFERRED);
  const extension = [...others, ...(pharmacy ? [preferred(pharmacy)] : [])];
  const { extension: _, ...rest } = patient;
  return extension.length === 0 ? rest : { ...rest, extension };
}

const preferred = ({ reference, name }: Pharmacy): Extension => ({
  url: PREFERRED,
  extension: [
    {
      url: 'pharmacy',
      valueReference: { reference, display: name } as Reference as NonNullable<Extension['valueReference']>,
    },
    { url: 'type', valueCodeableConcept: { text: 'retail' } },
  ],
});
