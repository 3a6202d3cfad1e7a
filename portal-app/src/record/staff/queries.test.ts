/** Who is signed in, and as what. */
import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { ownRolesQuery } from './queries.ts';

const failing = (status: number) =>
  new QueryClient().fetchQuery({
    ...ownRolesQuery({
      self: 'Practitioner/norman',
      search: () => Promise.reject(new FhirFailure(status)),
    } as unknown as FhirApi),
    retry: false,
  });

it('whoever may not even read who works here has no role, and is told that; what fails, fails', async () => {
  expect(await failing(403)).toEqual([]);
  await expect(failing(500)).rejects.toMatchObject({ status: 500 });
});
