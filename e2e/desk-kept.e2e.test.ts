/** What is kept from the patient's side by a label (rule R18 of docs/SECURITY.md) says so wherever the desk shows it; what is not says nothing. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessibleInBoth } from './accessible.ts';
import { administeredClinic } from './administered-clinic.ts';
import { goTo } from './desk-page.ts';
import { DESK, type InboxWorld, message, openInbox, openInboxWorld, row } from './inbox-page.ts';
import { openVisit, picture } from './portal-page.ts';
import { ago, ref } from './small-clinic.ts';

const TERMS = 'http://terminology.hl7.org/CodeSystem';
const coded = (system: string, code: string) => ({ coding: [{ system: `${TERMS}/${system}`, code }] });
const [subject, patient, beneficiary] = [ref('Patient/ana'), ref('Patient/ana'), ref('Patient/ana')];
const usd = (value: number) => ({ value, currency: 'USD' });
const text = (words: string) => ({ contentType: 'text/plain', data: btoa(words), title: words });

const LABELS = {
  NOPAT: ['v3-ActCode', 'Not shown to the patient'],
  R: ['v3-Confidentiality', 'Confidential, not for proxies'],
  V: ['v3-Confidentiality', 'Confidential, not for proxies'],
} as const;
type Label = keyof typeof LABELS;
const CODES = Object.keys(LABELS) as Label[];

/** Of each kind that a part of the patient's page lists; called by `name` where it is drawn. */
const KINDS: readonly (readonly [path: string, kind: string, of: (name: string) => object])[] = [
  [
    '',
    'Condition',
    (name) => ({
      clinicalStatus: coded('condition-clinical', 'active'),
      verificationStatus: coded('condition-ver-status', 'confirmed'),
      code: { text: name },
      subject,
    }),
  ],
  [
    '',
    'AllergyIntolerance',
    (name) => ({
      clinicalStatus: coded('allergyintolerance-clinical', 'active'),
      verificationStatus: coded('allergyintolerance-verification', 'confirmed'),
      code: { text: name },
      patient,
    }),
  ],
  [
    '',
    'MedicationRequest',
    (name) => ({
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: name },
      subject,
      authoredOn: '2026-01-05',
    }),
  ],
  [
    '',
    'MedicationStatement',
    (name) => ({ status: 'active', medicationCodeableConcept: { text: name }, subject }),
  ],
  [
    'care-plan',
    'CarePlan',
    (name) => ({
      status: 'active',
      intent: 'plan',
      title: name,
      subject,
      activity: [{ detail: { status: 'in-progress', description: 'Walk' } }],
    }),
  ],
  ['care-plan', 'Goal', (name) => ({ lifecycleStatus: 'active', description: { text: name }, subject })],
  [
    'record',
    'Immunization',
    (name) => ({
      status: 'completed',
      vaccineCode: { text: name },
      patient,
      occurrenceDateTime: '2026-02-03',
    }),
  ],
  [
    'record',
    'Procedure',
    (name) => ({ status: 'completed', code: { text: name }, subject, performedDateTime: '2026-02-03' }),
  ],
  [
    'record',
    'Encounter',
    (name) => ({
      status: 'finished',
      class: { system: `${TERMS}/v3-ActCode`, code: 'AMB' },
      type: [{ text: name }],
      subject,
      period: { start: '2026-02-03' },
    }),
  ],
  [
    'record',
    'ServiceRequest',
    (name) => ({
      status: 'active',
      intent: 'order',
      code: { text: name },
      subject,
      authoredOn: '2026-02-03',
    }),
  ],
  [
    'record',
    'QuestionnaireResponse',
    (name) => ({
      status: 'completed',
      subject,
      authored: ago(3000),
      questionnaire: `urn:form:${name.replace(/\W/g, '')}`,
      item: [{ linkId: '1', text: name, answer: [{ valueString: 'Yes' }] }],
    }),
  ],
  [
    'notes',
    'DocumentReference',
    (name) => ({
      status: 'current',
      docStatus: 'final',
      type: { coding: [{ system: 'http://loinc.org', code: '11506-3' }] },
      description: name,
      subject,
      date: '2026-02-03T10:00:00Z',
      content: [{ attachment: text(name) }],
    }),
  ],
  [
    'visits',
    'Appointment',
    (name) => ({
      status: 'cancelled',
      description: name,
      start: '2026-02-03T10:00:00Z',
      end: '2026-02-03T10:30:00Z',
      participant: [{ actor: subject, status: 'accepted' }],
    }),
  ],
  [
    'bills',
    'Invoice',
    (name) => ({
      status: 'issued',
      subject,
      date: '2026-02-03',
      totalGross: usd(20),
      lineItem: [
        { chargeItemCodeableConcept: { text: name }, priceComponent: [{ type: 'base', amount: usd(20) }] },
      ],
    }),
  ],
  [
    'contact',
    'Coverage',
    (name) => ({ status: 'active', subscriberId: '1', beneficiary, payor: [{ display: name }] }),
  ],
];

const nameOf = (kind: string, label: Label | 'open'): string => `${kind} ${label}`;
const resourcesOf = () =>
  KINDS.flatMap(([, kind, of]) =>
    [...CODES, undefined].map((label) => ({
      resourceType: kind,
      id: `${kind}-${label ?? 'open'}`,
      ...(label && { meta: { security: [{ system: `${TERMS}/${LABELS[label][0]}`, code: label }] } }),
      ...of(nameOf(kind, label ?? 'open')),
    })),
  );

let world: InboxWorld;

beforeAll(async () => {
  world = await openInboxWorld([
    ...administeredClinic(),
    ...resourcesOf(),
    message('asks', 'May I come earlier?', { subject: ref('Patient/ana'), sender: ref('Patient/ana') }),
    {
      resourceType: 'Flag',
      id: 'careful',
      status: 'active',
      code: { text: 'Never alone in the room' },
      subject,
      meta: { security: [{ system: `${TERMS}/v3-ActCode`, code: 'NOPAT' }] },
    },
  ]);
});
afterAll(() => world?.close());

/** The innermost part of the page that has these words for itself. */
const entry = (page: Page, words: string): Locator =>
  page
    .locator('main :is(li, details, section, div[class*=listed])')
    .filter({ hasText: words, visible: true })
    .last();

const PILLS = [...new Set(CODES.map((label) => LABELS[label][1]))];
const pillsOf = async (of: Locator): Promise<readonly string[]> => {
  const words = await of.innerText();
  return PILLS.filter((pill) => words.includes(pill));
};

describe.each([
  ['a desk', DESK],
  ['a phone', { width: 390, height: 844 }],
] as const)('at %s', (size, viewport) => {
  it('each list of the patient’s page says of what is kept from the patient or from proxies that it is', async () => {
    const visit = await openVisit(world.browser, viewport);
    const page = await openInbox(world, visit, 'stray');
    for (const [path, kinds] of Map.groupBy(KINDS, ([where]) => where)) {
      await goTo(page, `/patients/ana/${path}`);
      for (const [, kind] of kinds) {
        await entry(page, nameOf(kind, 'open')).waitFor();
        for (const label of CODES)
          expect([kind, label, await pillsOf(entry(page, nameOf(kind, label)))]).toEqual([
            kind,
            label,
            [LABELS[label][1]],
          ]);
        expect([kind, await pillsOf(entry(page, nameOf(kind, 'open')))]).toEqual([kind, []]);
      }
      await expectAccessibleInBoth(page);
      await picture(page, `desk-kept-${path || 'overview'}-${size.replace('a ', '')}`);
    }
    await visit.context.close();
  });
});

it('so do the banner, what is opened of the timeline, and what stands beside an item of the inbox', async () => {
  const visit = await openVisit(world.browser, DESK);
  const page = await openInbox(world, visit, 'stray');
  const banner = page.getByRole('region', { name: 'Patient', exact: true });
  const of = (words: string) => banner.getByRole('listitem').filter({ hasText: words });
  await goTo(page, '/patients/ana/timeline/Procedure/Procedure-NOPAT');
  await page.getByRole('heading', { name: 'Procedure NOPAT' }).waitFor();
  expect(await pillsOf(page.locator('main section').filter({ hasText: 'Procedure NOPAT' }).last())).toEqual([
    'Not shown to the patient',
  ]);
  expect(await pillsOf(of('Never alone in the room'))).toEqual(['Not shown to the patient']);
  expect(await pillsOf(of('AllergyIntolerance V'))).toEqual(['Confidential, not for proxies']);
  expect(await pillsOf(of('AllergyIntolerance open'))).toEqual([]);
  await goTo(page, '/inbox');
  await row(page, 'Ana').click();
  const aside = page.getByRole('complementary', { name: 'From the record' });
  await aside.getByText('MedicationRequest NOPAT').waitFor();
  const fact = (words: string) => aside.getByRole('listitem').filter({ hasText: words });
  expect(await pillsOf(fact('MedicationRequest NOPAT'))).toEqual(['Not shown to the patient']);
  expect(await pillsOf(fact('MedicationRequest open'))).toEqual([]);
  await visit.context.close();
});
