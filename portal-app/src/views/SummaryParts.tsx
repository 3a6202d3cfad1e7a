/** A health summary, on whichever page it stands. */
import type { ReactNode } from 'react';
import { allergyName, byGravity, signsOf } from '../format/allergy.ts';
import { certaintyText } from '../format/certainty.ts';
import { formatDate } from '../format/date.ts';
import { insurerName } from '../format/named.ts';
import { dateOf } from '../format/observation.ts';
import { isRuledOut } from '../format/ruled-out.ts';
import { vaccineName } from '../format/vaccine.ts';
import { valueText } from '../format/value.ts';
import { sinceText } from '../format/when.ts';
import { conceptText, medicineName, nameText, officialName, testName } from '../format/words.ts';
import { fill, t } from '../i18n/text.ts';
import { howTaken } from '../record/medicines/how-taken.ts';
import { isTaken } from '../record/medicines/own.ts';
import { stateWords } from '../record/medicines/state.ts';
import { relationText } from '../record/patient/emergency.ts';
import { unusualStatus } from '../record/results/words.ts';
import type { Summary } from '../record/summary/summary.ts';
import styles from '../ui/entries.module.css';
import { Card } from '../ui/parts.tsx';

/** Whose it is, from where and of when. `children`: what can be done with it besides printing. */
export function SummaryHead({
  summary: { patient },
  clinic,
  asOf,
  children,
}: {
  readonly summary: Summary;
  readonly clinic: string;
  readonly asOf: string;
  readonly children?: ReactNode;
}) {
  return (
    <>
      <p>
        {fill('{name}, born {date}', {
          name: <strong key="name">{nameText(officialName(patient))}</strong>,
          date: formatDate(patient.birthDate),
        })}
        {genderWords(patient.gender)}
      </p>
      <p className="muted">{t('From the record at {clinic}, as of {date}.', { clinic, date: asOf })}</p>
      <p>
        <button type="button" className="button secondary" onClick={() => print()}>
          {t('Print this summary')}
        </button>{' '}
        {children}
      </p>
    </>
  );
}

function genderWords(gender: string | undefined): string {
  return gender === 'female' ? `, ${t('female')}` : gender === 'male' ? `, ${t('male')}` : '';
}

/** `isWhole`: a part that is not told of is left out, for the document says no more than it says. */
export function SummaryParts({
  summary,
  isWhole = false,
}: {
  readonly summary: Summary;
  readonly isWhole?: boolean;
}) {
  const Part = isWhole ? KnownPart : AnyPart;
  return (
    <div className={styles.grid}>
      <Part
        title={t('Allergies')}
        lines={summary.allergies
          ?.filter((each) => !isRuledOut(each))
          .map((each) => [
            allergyName(each, conceptText),
            joined(
              signsOf(each, conceptText),
              certaintyText(each),
              byGravity(each)[0]?.severity === 'severe' || each.criticality === 'high' ? t('Dangerous') : '',
            ),
          ])}
      />
      <Part
        title={t('Medicines')}
        lines={
          summary.prescriptions &&
          summary.ownMedicines && [
            ...summary.prescriptions.map((each) => [
              medicineName(each),
              joined(stateWords(each), howTaken(each)),
            ]),
            ...summary.ownMedicines
              .filter(isTaken)
              .map((each) => [medicineName(each), howTaken(each) || t('Reported by the person')]),
          ]
        }
      />
      <Part
        title={t('Health problems')}
        lines={summary.conditions
          ?.filter((each) => !isRuledOut(each))
          .map((each) => [
            conceptText(each.code),
            joined(each.onsetDateTime ? sinceText(each.onsetDateTime) : '', certaintyText(each)),
          ])}
      />
      <Part title={t('Latest measurements')} lines={summary.vitals?.map(valueLine)} />
      <Part title={t('Latest laboratory values')} lines={summary.laboratory?.slice(0, 25).map(valueLine)} />
      <Part
        title={t('Vaccinations')}
        lines={summary.immunizations?.map((each) => [
          vaccineName(each.vaccineCode),
          joined(
            each.occurrenceString ?? formatDate(each.occurrenceDateTime),
            each.isSubpotent ? t('Does not count in full') : '',
          ),
        ])}
      />
      <Part
        title={t('Emergency contact')}
        lines={(summary.patient.contact ?? []).map((each) => [
          nameText(each.name),
          [relationText(each), each.telecom?.[0]?.value].filter(Boolean).join(', '),
        ])}
      />
      <Part
        title={t('Insurance')}
        lines={summary.coverages?.map((each) => [
          insurerName(each),
          each.subscriberId ? t('Member {number}', { number: each.subscriberId }) : '',
        ])}
      />
    </div>
  );
}

const joined = (...words: readonly (string | undefined)[]): string => words.filter(Boolean).join(', ');

function valueLine(each: NonNullable<Summary['vitals']>[number]): string[] {
  return [
    testName(each.code),
    [valueText(each), unusualStatus(each.status), formatDate(dateOf(each))].filter(Boolean).join(', '),
  ];
}

interface PartProps {
  readonly title: string;
  readonly lines: readonly (readonly string[])[] | undefined;
}

const KnownPart = (props: PartProps) => props.lines && <AnyPart {...props} />;

function AnyPart({ title, lines }: PartProps) {
  return (
    <Card title={title}>
      {lines === undefined && <p>{t('Not shared with the portal, or not readable just now.')}</p>}
      {lines?.length === 0 && <p className="muted">{t('None on record.')}</p>}
      {lines && lines.length > 0 && (
        <ul className={styles.list}>
          {lines.map(([name, detail], index) => (
            <li key={`${name} ${detail} ${index}`}>
              <strong>{name}</strong>
              <span className="muted">{detail}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
