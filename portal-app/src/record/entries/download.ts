/** The whole of what was shared with the portal, as one FHIR Bundle (`Patient/$everything`), into a file of the person's own. */
import type { Bundle, BundleEntry } from '@medplum/fhirtypes';
import type { Fhir } from '../../smart/fhir.ts';

const MOST_PAGES = 200;

export async function wholeRecord(fhir: Fhir): Promise<Bundle> {
  const entry: BundleEntry[] = [];
  let page = await fhir.operation<Bundle>({
    type: 'Patient',
    id: fhir.patient,
    name: '$everything',
    parameter: [],
  });
  for (let i = 0; i < MOST_PAGES; i++) {
    entry.push(...(page.entry ?? []));
    const next = page.link?.find(({ relation }) => relation === 'next')?.url;
    if (!next) break;
    page = await fhir.get<Bundle>(next);
  }
  return {
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: new Date().toISOString(),
    entry: entry.map(stored),
  };
}

/** A collection has neither search nor request (FHIR R4, bdl-2, bdl-3). */
function stored({ fullUrl, resource }: BundleEntry): BundleEntry {
  return { ...(fullUrl ? { fullUrl } : {}), ...(resource ? { resource } : {}) };
}
