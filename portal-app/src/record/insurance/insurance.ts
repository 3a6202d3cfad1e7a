/**
 * Insurance: Coverage, and pictures of its card (DocumentReference, LOINC 64290-0). What a patient hands in is a draft until the clinic makes it active.
 */
import type { Attachment, Coverage, DocumentReference, Reference } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { attachmentOf } from '../../format/attachment.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { criteriaOf, identified } from '../../smart/once.ts';

const CARD = { system: 'http://loinc.org', code: '64290-0', display: 'Health insurance card' };

export interface InsuranceDetails {
  readonly insurer: string;
  readonly member: string;
  readonly group: string;
}

export const coveragesQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['coverage', fhir.patient],
    queryFn: () => allPages<Coverage>(fhir, 'Coverage', { patient: fhir.patient, _count: '20' }),
  });

export const cardsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['insurance-cards', fhir.patient],
    queryFn: () =>
      allPages<DocumentReference>(fhir, 'DocumentReference', {
        patient: fhir.patient,
        type: `${CARD.system}|${CARD.code}`,
        status: 'current',
        _count: '20',
      }),
  });

export const isWaiting = ({ status }: Coverage): boolean => status === 'draft';

/** Those that count, and those that wait; what is over is over. */
export const shown = (coverages: readonly Coverage[]): readonly Coverage[] =>
  coverages.filter(({ status }) => status === 'active' || status === 'draft');

/** As they were handed in: the front first. A server gives them in any order. */
export const cardsOf = (
  coverage: Coverage,
  cards: readonly DocumentReference[],
): readonly DocumentReference[] =>
  cards
    .filter(({ context }) =>
      context?.related?.some(({ reference }) => reference === `Coverage/${coverage.id}`),
    )
    .toSorted((a, b) => numbered(a).localeCompare(numbered(b)));

/** `handIn` numbers them. */
const numbered = ({ identifier = [] }: DocumentReference): string =>
  identifier.map(({ value = '' }) => value).join(' ');

export async function handIn(
  fhir: Fhir,
  { insurer, member, group }: InsuranceDetails,
  pictures: readonly File[],
  identity: string,
): Promise<void> {
  const attachments = await Promise.all(pictures.map(attachmentOf));
  const groupClass = {
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/coverage-class', code: 'group' }] },
    value: group.trim(),
  };
  const coverage: Coverage = {
    resourceType: 'Coverage',
    status: 'draft',
    beneficiary: { reference: `Patient/${fhir.patient}` },
    subscriberId: member.trim(),
    payor: [{ display: insurer.trim() }],
    ...(group.trim() === '' ? {} : { class: [groupClass] }),
  };
  const fullUrl = `urn:uuid:${crypto.randomUUID()}`;
  await fhir.transact([
    { fullUrl, resource: identified(coverage, identity), onlyIfNone: criteriaOf(identity) },
    ...attachments.map((attachment, i) => ({
      fullUrl: `urn:uuid:${crypto.randomUUID()}`,
      resource: identified(cardDocument(fhir, attachment, fullUrl), identity, `-${i + 1}`),
      onlyIfNone: criteriaOf(identity, `-${i + 1}`),
    })),
  ]);
}

const cardDocument = (fhir: Fhir, attachment: Attachment, coverage: string): DocumentReference => ({
  resourceType: 'DocumentReference',
  status: 'current',
  docStatus: 'preliminary',
  type: { coding: [CARD], text: 'Insurance card' },
  subject: { reference: `Patient/${fhir.patient}` },
  author: [{ reference: fhir.self } as Reference as NonNullable<DocumentReference['author']>[number]],
  date: new Date().toISOString(),
  description: 'Insurance card',
  content: [{ attachment }],
  context: { related: [{ reference: coverage } as Reference] },
});

export const takeBack = (fhir: Fhir, coverage: Coverage): Promise<Coverage> =>
  fhir.update({ ...coverage, status: 'cancelled' });
