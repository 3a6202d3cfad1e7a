/** What a patient reads of a time that the clinic proposes. */
import type { Appointment, Resource, Slot } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import type { Fhir } from '../../smart/fhir.ts';
import { type ProposedTime, proposedTimesQuery, withProposals } from './proposed-times.ts';

const VIDEO = {
  url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService',
  extension: [
    {
      url: 'channelType',
      valueCoding: {
        system: 'http://hl7.org/fhir/virtual-service-type',
        code: 'jitsi',
      },
    },
    { url: 'addressUrl', valueUrl: 'https://video.example/room' },
  ],
};
const slot = (id: string): Slot => ({
  resourceType: 'Slot',
  id,
  status: 'free',
  schedule: { reference: 'Schedule/s' },
  start: '2099-03-02T15:00:00Z',
  end: '2099-03-02T15:20:00Z',
});
const schedule: Resource = {
  resourceType: 'Schedule',
  id: 's',
  actor: [
    { reference: 'Practitioner/osei', display: 'Dr. Osei' },
    { reference: 'Location/hill', display: 'Hill Street' },
  ],
};

it('is with whom, and where it is or that it is by video', async () => {
  const fhir = {
    patient: 'ana',
    offers: () => false,
    search: async () => ({
      resources: [slot('there'), { ...slot('video'), extension: [VIDEO] }],
      included: [schedule],
    }),
  } as unknown as Fhir;
  const visit: Appointment = { resourceType: 'Appointment', status: 'proposed', participant: [] };
  const query = proposedTimesQuery(fhir, withProposals(visit, ['there', 'video']));
  const times = await (query.queryFn as () => Promise<readonly ProposedTime[]>)();
  expect(times.map(({ how }) => how)).toEqual(['Dr. Osei · Hill Street', 'Dr. Osei · By video']);
});
