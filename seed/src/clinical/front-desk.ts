/** Who answers at the counter and on the telephone: with a sign-in of the desk, and no part in anybody's treatment. */
import type { Practitioner, PractitionerRole } from '@medplum/fhirtypes';
import { CLINIC, usCore } from './coding.ts';

export const RECEPTIONIST = {
  id: 'joan-keller',
  name: 'Joan Keller',
  email: 'joan.keller@clinic.wellspring.example',
} as const;

/** `phone`: the clinic's. */
export function frontDesk(
  clinic: NonNullable<PractitionerRole['organization']>,
  phone: string,
): [Practitioner, PractitionerRole] {
  const { id, name, email } = RECEPTIONIST;
  const [given = '', family = ''] = name.split(' ');
  const telecom = { system: 'phone', value: phone, use: 'work' } as const;
  return [
    {
      resourceType: 'Practitioner',
      id,
      meta: usCore('practitioner'),
      identifier: [{ system: `${CLINIC}/staff`, value: id }],
      active: true,
      name: [{ use: 'official', family, given: [given] }],
      telecom: [telecom, { system: 'email', value: email, use: 'work' }],
      gender: 'female',
    },
    {
      resourceType: 'PractitionerRole',
      id: `${id}-role`,
      active: true,
      practitioner: { reference: `Practitioner/${id}`, display: name },
      organization: clinic,
      code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'front-desk' }], text: 'Front desk' }],
      telecom: [telecom],
    },
  ];
}
