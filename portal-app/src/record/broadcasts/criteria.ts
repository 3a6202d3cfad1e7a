/** Whom something goes to, as people say it → a Group whose members are found by queries (fhir-server/src/operations/group-members.ts). Pure. */
import type { Extension, Group } from '@medplum/fhirtypes';
import { dayLater, dayText, instantText, today } from '../../format/clinic-clock.ts';
import { formatDate } from '../../format/date.ts';
import { t } from '../../i18n/text.ts';
import { countsSince, dayOfTime, monthsAfter } from '../checkups/due.ts';
import { NO_RESULT } from '../checkups/queries.ts';
import { type Rule, SCHEDULE } from '../checkups/schedule.ts';

export interface Criteria {
  /** `Group/…` */
  readonly group: string;
  /** Days of the clinic's calendar, both included. */
  readonly visitFrom: string;
  readonly visitUntil: string;
  /** `Practitioner/…`, `Location/…` */
  readonly withWhom: string;
  readonly where: string;
  /** Years, both included. */
  readonly ageFrom: string;
  readonly ageUntil: string;
  /** The id of a rule of DUE. */
  readonly due: string;
  /** In words, or a code. */
  readonly problem: string;
  readonly medicine: string;
}

export const NOBODY: Criteria = {
  group: '',
  visitFrom: '',
  visitUntil: '',
  withWhom: '',
  where: '',
  ageFrom: '',
  ageUntil: '',
  due: '',
  problem: '',
  medicine: '',
};

/**
 * Vaccines, and screenings for everybody of an age; what needs a look at what else is on record, no query can tell. Of a series it is the first dose: who is due for a later
 * one is told by counting, which no query does.
 */
export const DUE: readonly Rule[] = SCHEDULE.filter(
  ({ unless, only }) => unless === undefined && only === undefined,
);

export const dueName = ({ name, doses }: Rule): string =>
  doses.length === 1 ? t(name) : t('{vaccine}: the first dose', { vaccine: t(name) });

const FILTER = 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter';
const EXCLUSION = 'urn:wellspring:member-exclusion';

interface Query {
  readonly url: typeof FILTER | typeof EXCLUSION;
  readonly expression: string;
}

const having = (expression: string): Query => ({ url: FILTER, expression });
const lacking = (expression: string): Query => ({ url: EXCLUSION, expression });

export const isAnybody = (criteria: Criteria): boolean =>
  Object.values(criteria).some((each: string) => each.trim() !== '');

/** What nobody can be: by the name of the element, in words. An empty one says nothing. */
export function wrongIn({ ageFrom, ageUntil, visitFrom, visitUntil }: Criteria): Partial<Criteria> {
  const isAge = (age: string): boolean => /^\d{0,3}$/.test(age);
  const isBackwards = ageFrom !== '' && ageUntil !== '' && Number(ageUntil) < Number(ageFrom);
  return {
    ...(isAge(ageFrom) ? {} : { ageFrom: t(WHOLE_YEARS) }),
    ...(isAge(ageUntil) ? {} : { ageUntil: t(WHOLE_YEARS) }),
    ...(isAge(ageFrom) && isAge(ageUntil) && isBackwards
      ? { ageUntil: t('This is less than the age before it.') }
      : {}),
    ...(visitFrom !== '' && visitUntil !== '' && visitUntil < visitFrom
      ? { visitUntil: t('The last day is before the first.') }
      : {}),
  };
}

const WHOLE_YEARS = 'Please enter ages in whole years.';

/** What each patient must have a match of, or none. Ages and what is due are of the clinic's day, as on the patient's own page. */
export function queriesOf(criteria: Criteria, at = Date.now()): Query[] {
  const now = Date.parse(dayText(at));
  const { withWhom, where, ageFrom, ageUntil, problem, medicine } = criteria;
  const rule = DUE.find(({ id }) => id === criteria.due);
  const [from, until] = visitDays(criteria);
  const hasVisit = from !== undefined || withWhom !== '' || where !== '';
  const visit = [
    'status=booked,arrived,checked-in,fulfilled',
    ...(from ? [`date=ge${encodeURIComponent(instantText(from))}`] : []),
    ...(until ? [`date=lt${encodeURIComponent(instantText(dayLater(until, 1)))}`] : []),
    ...(withWhom ? [`actor=${withWhom}`] : []),
    ...(where ? [`actor=${where}`] : []),
  ];
  const age = [
    ...(ageFrom ? [`birthdate=le${monthsBefore(now, 12 * Number(ageFrom))}`] : []),
    ...(ageUntil ? [`birthdate=gt${monthsBefore(now, 12 * (Number(ageUntil) + 1))}`] : []),
  ];
  return [
    ...(hasVisit ? [having(`Appointment?${visit.join('&')}`)] : []),
    ...(age.length > 0 ? [having(`Patient?${age.join('&')}`)] : []),
    ...(rule ? dueQueries(rule, now) : []),
    ...(problem.trim() ? [having(`Condition?${HAS_IT}&${coded(problem)}`)] : []),
    ...(medicine.trim() ? [having(`MedicationRequest?${TAKES_IT}&${coded(medicine)}`)] : []),
  ];
}

/** Nobody who was found not to have it (https://hl7.org/fhir/R4/condition-definitions.html#Condition.verificationStatus: a modifier). */
const HAS_IT = 'clinical-status=active,recurrence,relapse&verification-status:not=refuted,entered-in-error';
/** Nobody to whom it was only proposed, or for whom it is planned (format/medicine.ts). */
const TAKES_IT = 'status=active&intent=order,original-order,reflex-order,filler-order,instance-order';

/** A visit with somebody or somewhere and no day is one that is to come. */
function visitDays({ visitFrom, visitUntil, withWhom, where }: Criteria): [string?, string?] {
  const isAny = visitFrom === '' && visitUntil === '' && withWhom === '' && where === '';
  if (isAny) return [];
  return [visitFrom || today(), visitUntil || undefined] as [string, string?];
}

/** A code has a digit and no space; anything else is words. */
function coded(text: string): string {
  const asked = encodeURIComponent(text.trim());
  return /^\S*\d\S*$/.test(text.trim()) ? `code=${asked}` : `code:text=${asked}`;
}

function dueQueries(rule: Rule, now: number): Query[] {
  const [first = 0] = rule.doses;
  const age = [
    `birthdate=le${monthsBefore(now, first)}`,
    ...(rule.until === undefined ? [] : [`birthdate=gt${monthsBefore(now, rule.until)}`]),
  ];
  const given = (codes: readonly string[], since: string | undefined): Query[] =>
    doneWays(rule.kind, codes).map((done) => lacking(since ? `${done}&date=ge${since}` : done));
  return [
    having(`Patient?${age.join('&')}`),
    ...rule.doneBy.flatMap(({ codes, every }) =>
      given(
        codes,
        rule.isSeasonal
          ? dayOfTime(countsSince(now))
          : every === undefined
            ? undefined
            : monthsBefore(now, every),
      ),
    ),
    // After these the clinic decides for each what completes it.
    ...(rule.clinicDecidesAfter ? given(rule.clinicDecidesAfter, undefined) : []),
  ];
}

/** By which resources a record shows that it was done, as the patient's own page reads them (checkups/queries.ts). */
const doneWays = (kind: Rule['kind'], codes: readonly string[]): readonly string[] =>
  kind === 'vaccination'
    ? [`Immunization?status=completed&vaccine-code=${codes.map(spelled).join(',')}`]
    : [
        `Observation?status:not=${NO_RESULT.join(',')}&code=${codes.join(',')}`,
        `Procedure?status=completed&code=${codes.join(',')}`,
      ];

/** CVX has codes with a zero before them, and records have them without. */
const spelled = (code: string): string => (code.length === 1 ? `${code},0${code}` : code);

const monthsBefore = (now: number, months: number): string => dayOfTime(monthsAfter(now, -months));

/** Names of what is chosen by reference. */
export type NameOf = (reference: string) => string;

/** "A visit from Dec 1 until Dec 7 · due for: Flu vaccine" */
export function criteriaText(criteria: Criteria, nameOf: NameOf): string {
  const { group, withWhom, where, ageFrom, ageUntil, due, problem, medicine } = criteria;
  const [from, until] = visitDays(criteria);
  const rule = DUE.find(({ id }) => id === due);
  const visit =
    from &&
    (until
      ? t('a visit from {from} until {until}', { from: formatDate(from), until: formatDate(until) })
      : t('a visit from {from} on', { from: formatDate(from) }));
  return [
    group && nameOf(group),
    visit,
    withWhom && t('with {name}', { name: nameOf(withWhom) }),
    where && t('at {name}', { name: nameOf(where) }),
    ageFrom && t('from the age of {years}', { years: ageFrom }),
    ageUntil && t('up to the age of {years}', { years: ageUntil }),
    rule && t('due for: {what}', { what: dueName(rule) }),
    problem.trim() && t('health problem: {what}', { what: problem.trim() }),
    medicine.trim() && t('takes: {what}', { what: medicine.trim() }),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The Group, contained in what goes to it; `reference` of one that exists, where nothing else is asked. */
export function groupOf(
  criteria: Criteria,
  name: string,
): { readonly reference: string } | { readonly contained: Group } {
  const modifierExtension = queriesOf(criteria).map(
    ({ url, expression }): Extension => ({
      url,
      valueExpression: { language: 'application/x-fhir-query', expression },
    }),
  );
  if (modifierExtension.length === 0) return { reference: criteria.group };
  const member = [{ entity: { reference: criteria.group as `Group/${string}` } }];
  return {
    contained: {
      resourceType: 'Group',
      id: 'who',
      modifierExtension,
      type: 'person',
      actual: true,
      name,
      ...(criteria.group ? { member } : {}),
    },
  };
}
