/** The time zone of a clinic, as its Organization says it. */
import type { ResourceJson } from './resource-text.ts';

const ZONES = ['http://hl7.org/fhir/StructureDefinition/timezone', 'urn:wellspring:time-zone'];

/** IANA name; UTC where none is told that is known. */
export function zoneIn(organization: ResourceJson | undefined): string {
  const extensions = (organization?.extension ?? []) as { url?: string; valueCode?: string }[];
  const zone = extensions.find(({ url }) => ZONES.includes(url ?? ''))?.valueCode ?? 'UTC';
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return 'UTC';
  }
}
