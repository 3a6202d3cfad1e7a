/** How a clinic is reached, from its Organization, and when it is open. */
import { type Contact, contactOf, type Reached } from '@wellspring/serving/contact-of';
import type { Open } from '@wellspring/serving/opening-hours';
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
