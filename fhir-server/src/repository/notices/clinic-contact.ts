/** How a clinic is reached, from its Organization, and when it is open. */
import { type Contact, contactOf, type Reached } from '@wellspring/serving/contact-of';
import { type Open, type OpenPlace, type OpenService, openingHours } from '@wellspring/serving/opening-hours';
import { and, type QueryNode } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { StoredVersion } from '../../store/store.ts';
import { resourceOf } from '../text/resource-text.ts';
import { ownTexts } from './own-notice-texts.ts';

export interface Clinic extends Contact {
  readonly name: string;
  readonly hours: readonly Open[];
  /** Its own words for notices, by `textKey`. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface Organization extends Reached {
  readonly extension?: unknown;
  readonly name?: string;
}

export function clinicOf(organization: Organization, hours: readonly Open[]): Clinic | undefined {
  const { name, extension } = organization;
  if (name === undefined) return undefined;
  return { name, ...contactOf(organization), hours, texts: ownTexts(extension) };
}

type Find = (type: string, where: QueryNode, most: number) => Promise<readonly StoredVersion[]>;

const MOST = 50;

/** As its active services and places say it, the newest first. `organization`: `Organization/[id]`. */
export async function hoursOf(find: Find, organization: string): Promise<readonly Open[]> {
  const of = async <T>(type: string, active: QueryNode): Promise<T[]> => {
    const isTheirs: QueryNode = { kind: 'reference', param: 'organization', targets: [organization] };
    const found = await find(type, and(isTheirs, active), MOST);
    return found.toSorted((a, b) => b.lastUpdated - a.lastUpdated).map((each) => resourceOf(each) as T);
  };
  const services = await of<OpenService>('HealthcareService', tokenNode('active', 'true'));
  return openingHours(services, await of<OpenPlace>('Location', tokenNode('status', 'active')));
}
