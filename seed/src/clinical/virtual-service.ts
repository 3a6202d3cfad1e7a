/** How a visit is held that is not in person: R5's Appointment.virtualService, as its extension in R4. */
import type { Appointment } from '@medplum/fhirtypes';
import { CLINIC } from './coding.ts';
import { CLINIC_PHONE } from './directory.ts';
import type { ClinicianId } from './practitioners.ts';

export type VirtualService = NonNullable<Appointment['extension']>[number];

const URL = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';
const CHANNELS = `${CLINIC}/virtual-service-type`;

/** The clinic's meeting service has a room for each of its people. */
export const videoRoom = (id: ClinicianId): VirtualService => ({
  url: URL,
  extension: [
    { url: 'channelType', valueCoding: { system: CHANNELS, code: 'video', display: 'Video' } },
    { url: 'address', valueUrl: `https://video.wellspring.example/rooms/${id}` },
  ],
});

/** The clinic calls. */
export const telephone = (): VirtualService => ({
  url: URL,
  extension: [
    { url: 'channelType', valueCoding: { system: CHANNELS, code: 'phone', display: 'Telephone' } },
    { url: 'address', valueContactPoint: { system: 'phone', value: CLINIC_PHONE } },
  ],
});
