/** What a reference leads to where nobody says its name, and it can't be read: by its kind, never by its id (https://hl7.org/fhir/R4/references.html#Reference). */
import type { Reference } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';
import { lookUp } from './table.ts';

const KINDS: Readonly<Record<string, Text>> = {
  Practitioner: 'Care team',
  PractitionerRole: 'Care team',
  CareTeam: 'Care team',
  Patient: 'The patient',
  RelatedPerson: 'A relative or carer',
  Organization: 'An organization',
  Location: 'A place',
  Device: 'A device',
};

/** `reference`: relative, absolute, or of a version. */
export const kindWords = (reference: string | undefined): string =>
  t(
    lookUp(KINDS, /([A-Z][A-Za-z]+)\/[^/]+(?:\/_history\/[^/]+)?$/.exec(reference ?? '')?.[1]) ?? 'Not named',
  );

/** As it says itself, else by its kind. */
export const saidOrKind = ({ display, reference }: Reference): string => display || kindWords(reference);
