/**
 * A search for a server that refuses how it was asked (https://hl7.org/fhir/R4/search.html: sorting, inclusion and totals are for each server to support): the same criteria, nothing
 * else, and put in order here. Fetched when a server refuses for the first time.
 */
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import { newestFirst } from '../format/date.ts';

const LEFT_OUT = /^_(sort|filter|include|revinclude|total|elements|summary|count|contained)(:|$)/;
/** Unsorted, the newest may stand anywhere: a page that may hold them all. */
const MANY = '200';

/** undefined: it was asked as plainly as it can be. */
export function plainly(address: string): string | undefined {
  const [path = '', query = ''] = address.split('?');
  const asked = [...new URLSearchParams(query)];
  const kept = asked.filter(([name]) => !LEFT_OUT.test(name));
  if (!asked.some(([name]) => name !== '_count' && LEFT_OUT.test(name))) return undefined;
  return `${path}?${new URLSearchParams([...kept, ['_count', MANY]])}`;
}

/** As `_sort` of the address asked for it, by when each was. What is sorted by anything but a time stays as it came. */
export function inOrder(bundle: Bundle, address: string): Bundle {
  const by = new URLSearchParams(address.split('?')[1]).get('_sort');
  if (!bundle.entry || by === null || !IN_TIME.test(by)) return bundle;
  const newest = bundle.entry.toSorted((a, b) => newestFirst(whenOf(a), whenOf(b)));
  return { ...bundle, entry: by.startsWith('-') ? newest : newest.reverse() };
}

const IN_TIME =
  /^-?(date|start|sent|created|modified|issued|authored(on)?|recorded-date|onset-date|whenhandedover|_lastUpdated)$/;

/** Elements that say when something was, the ones that say it best first. */
const TIMES = [
  'effectiveDateTime',
  'effectivePeriod',
  'effectiveInstant',
  'occurrenceDateTime',
  'occurrencePeriod',
  'performedDateTime',
  'performedPeriod',
  'sent',
  'start',
  'whenHandedOver',
  'authoredOn',
  'onsetDateTime',
  'recordedDate',
  'recorded',
  'period',
  'date',
  'created',
  'lastModified',
  'issued',
];

function whenOf({ resource }: BundleEntry): string | undefined {
  const elements = resource as (Resource & Record<string, unknown>) | undefined;
  const found = TIMES.map((name) => elements?.[name]).find((each) => each !== undefined);
  return typeof found === 'string' ? found : (found as { readonly start?: string } | undefined)?.start;
}
