/**
 * Who the clinic is to whoever is not signed in: its user-access brand (https://hl7.org/fhir/smart-app-launch/STU2.2/brands.html), which the server's
 * smart-configuration names. What can't be read is left out.
 */
import type { Bundle, Organization } from '@medplum/fhirtypes';
import { rememberClinic } from '../device/clinic.ts';
import { locale } from '../i18n/language.ts';
import { discover } from './discovery.ts';

export async function readBrand(fhirBaseUrl: string): Promise<void> {
  const { user_access_brand_bundle: address, user_access_brand_identifier: own } = (await discover(
    fhirBaseUrl,
  )) as { user_access_brand_bundle?: unknown; user_access_brand_identifier?: { readonly value?: string } };
  if (typeof address !== 'string') return;
  const response = await fetch(address);
  if (!response.ok) return;
  const { entry = [] } = (await response.json()) as Bundle;
  const brands = entry.flatMap(({ resource }) =>
    resource?.resourceType === 'Organization' ? [resource] : [],
  );
  const brand = brands.find(({ identifier }) => identifier?.some(({ value }) => value === own?.value));
  if (brand?.name) rememberClinic(contactOf(brand as Organization & { name: string }));
}

function contactOf({ name, telecom, address, extension }: Organization & { name: string }) {
  const phone = telecom?.find(({ system, value }) => system === 'phone' && value)?.value;
  const place = address?.[0]?.text;
  const hours = extension
    ?.find(({ url }) => url === 'urn:wellspring:opening-hours')
    ?.extension?.find(({ url }) => url === locale().slice(0, 2))?.valueString;
  return {
    name,
    ...(phone ? { phone } : {}),
    ...(place ? { address: place } : {}),
    ...(hours ? { hours: [hours] } : {}),
  };
}
