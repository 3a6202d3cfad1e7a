/** How a clinic is reached, from its Organization, and when it is open. */
import type { Open } from '@wellspring/serving/opening-hours';
import { ownTexts } from './own-notice-texts.ts';

export interface Clinic {
  readonly name: string;
  readonly phone: string | undefined;
  /** In one line. */
  readonly address: string | undefined;
  readonly hours: readonly Open[];
  /** Its own words for notices, by `textKey`. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface Organization {
  readonly extension?: unknown;
  readonly name?: string;
  readonly telecom?: readonly {
    readonly system?: string;
    readonly value?: string;
    readonly use?: string;
    readonly rank?: number;
  }[];
  readonly address?: readonly {
    readonly text?: string;
    readonly line?: readonly string[];
    readonly city?: string;
    readonly state?: string;
    readonly postalCode?: string;
  }[];
}

export function clinicOf(
  { name, telecom = [], address: [place] = [], extension }: Organization,
  hours: readonly Open[],
): Clinic | undefined {
  if (name === undefined) return undefined;
  const { text, line = [], city, state, postalCode } = place ?? {};
  const parts = [...line, city, [state, postalCode].filter(Boolean).join(' ')];
  const phones = telecom.filter(({ system, use, value }) => system === 'phone' && use !== 'old' && value);
  return {
    name,
    phone: phones.toSorted((a, b) => (a.rank ?? 99) - (b.rank ?? 99))[0]?.value,
    hours,
    address: text ?? (parts.filter(Boolean).join(', ') || undefined),
    texts: ownTexts(extension),
  };
}
