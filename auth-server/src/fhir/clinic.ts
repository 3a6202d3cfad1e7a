/** How the clinic is reached: its Organization on the FHIR server, for the pages and mails that speak of it. */
import { type Contact, contactOf, type Reached } from '@wellspring/serving/contact-of';
import { type Open, type OpenPlace, type OpenService, openingHours } from '@wellspring/serving/opening-hours';
import { zoneIn } from '@wellspring/serving/time-zone';
import type { FhirApi } from './fhir-api.ts';

export interface ClinicContact extends Contact {
  /** IANA name; UTC where it is not known. */
  readonly timeZone: string;
  readonly hours: readonly Open[];
}

export interface Clinic {
  /** As it was last read; nothing until then. Reads it again behind the answer where that was long ago. */
  current(): ClinicContact;
  /** The same, read first where it never was. Never rejects. */
  read(): Promise<ClinicContact>;
}

const FRESH_MS = 600_000;
const AGAIN_MS = 2000;
const NOTHING: ClinicContact = { phone: undefined, address: undefined, hours: [], timeZone: 'UTC' };

/** `organization`: its id; undefined where the clinic has not said which one it is. */
export function createClinic(api: FhirApi, organization: string | undefined, now: () => number): Clinic {
  let known = NOTHING;
  let nextAt = 0;
  let reading: Promise<void> | undefined;

  function refresh(): Promise<void> {
    if (organization === undefined || now() < nextAt) return reading ?? Promise.resolve();
    // While the FHIR server is away what was known holds.
    nextAt = now() + AGAIN_MS;
    reading = api
      .read<Reached>(`Organization/${organization}`)
      .then(async (found) => {
        if (!found) return;
        known = { ...contactOf(found), timeZone: zoneIn(found), hours: await hoursOf(organization) };
        nextAt = now() + FRESH_MS;
      })
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  /** Whoever may not read them says nothing of them. */
  async function hoursOf(id: string): Promise<readonly Open[]> {
    const of = { organization: `Organization/${id}`, _count: '50' };
    const [services, places] = await Promise.all([
      api.search<OpenService>('HealthcareService', { ...of, active: 'true' }).catch(() => []),
      api.search<OpenPlace>('Location', { ...of, status: 'active' }).catch(() => []),
    ]);
    return openingHours(services, places);
  }

  return {
    current() {
      void refresh();
      return known;
    },
    async read() {
      const fresh = refresh();
      if (known === NOTHING) await fresh;
      return known;
    },
  };
}
