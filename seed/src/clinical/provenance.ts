/** Who wrote it: one Provenance for a patient's reports and documents, as US Core asks. */
import type { Organization, Practitioner, Provenance, Resource } from '@medplum/fhirtypes';
import { at } from './calendar.ts';
import { hl7, idOf, reference, US_CORE, usCore } from './coding.ts';
import { CLINIC_ID, CLINIC_NAME } from './directory.ts';
import { displayName } from './practitioners.ts';
import type { PatientStory } from './story.ts';

const TARGETS = new Set([
  'Patient',
  'DiagnosticReport',
  'DocumentReference',
  'MedicationRequest',
  'Condition',
  'AllergyIntolerance',
]);

export function provenance(story: PatientStory, resources: readonly Resource[]): Provenance {
  return {
    resourceType: 'Provenance',
    id: idOf('provenance', story.key),
    meta: usCore('provenance'),
    target: resources
      .filter(({ resourceType }) => TARGETS.has(resourceType))
      .map(({ resourceType, id = '' }) => ({ reference: `${resourceType}/${id}` })),
    recorded: at(story.coverage.since, '12:00'),
    agent: [
      {
        type: hl7('provenance-participant-type', ['author', 'Author']),
        who: reference<Practitioner>('Practitioner', story.careTeam[0], displayName(story.careTeam[0])),
        onBehalfOf: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
      },
      {
        type: {
          coding: [
            {
              system: `${US_CORE}/CodeSystem/us-core-provenance-participant-type`,
              code: 'transmitter',
              display: 'Transmitter',
            },
          ],
        },
        who: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
      },
    ],
  };
}
