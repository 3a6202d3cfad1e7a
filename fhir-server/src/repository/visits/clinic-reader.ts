/** What is read of a clinic to tell when somebody is seen there: the same for many schedules, and read once for all of them. */
import { onceFor } from '../../once-for.ts';
import { withoutVersion } from '../../search/own-references.ts';
import { all, type QueryNode } from '../../search/query.ts';
import type { StoredVersion } from '../../store/store.ts';
import { type ResourceJson, resourceOf } from '../text/resource-text.ts';
import type { Reference } from './slot-hold.ts';

/** Resources that satisfy the condition, as many at most. */
export type Find = (type: string, where: QueryNode, most: number) => Promise<readonly StoredVersion[]>;

export interface Role extends ResourceJson {
  readonly active?: boolean;
  readonly period?: { readonly start?: string; readonly end?: string };
  readonly practitioner?: Reference;
  readonly organization?: Reference;
  readonly healthcareService?: readonly Reference[];
  readonly location?: readonly Reference[];
  readonly notAvailable?: unknown;
}

export interface ClinicReader {
  readonly find: Find;
  /** undefined: it is not there, or elsewhere. */
  read(reference: string): Promise<ResourceJson | undefined>;
  /** Every HealthcareService, up to MOST_SERVICES. */
  services(): Promise<readonly ResourceJson[]>;
  /** All that a Practitioner (`Practitioner/…`) has or had. */
  rolesOf(practitioner: string): Promise<readonly Role[]>;
}

/** Where there are more, nobody can say that all of them are closed. */
export const MOST_SERVICES = 500;
const MOST_ROLES = 100;
const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/;

export function clinicReader(find: Find): ClinicReader {
  const once = onceFor<readonly ResourceJson[]>();
  const found = async (...asked: Parameters<Find>): Promise<readonly ResourceJson[]> =>
    (await find(...asked)).map((each) => resourceOf<ResourceJson>(each));
  return {
    find,
    async read(reference) {
      const name = withoutVersion(reference);
      const [, type = '', id = ''] = LOCAL.exec(name) ?? [];
      if (id === '') return undefined;
      const [one] = await once(name, () => found(type, { kind: 'id', ids: [id] }, 1));
      return one;
    },
    services: () => once('services', () => found('HealthcareService', all, MOST_SERVICES)),
    rolesOf: (practitioner) =>
      once(`roles of ${practitioner}`, () =>
        found(
          'PractitionerRole',
          { kind: 'reference', param: 'practitioner', targets: [practitioner] },
          MOST_ROLES,
        ),
      ) as Promise<readonly Role[]>,
  };
}
