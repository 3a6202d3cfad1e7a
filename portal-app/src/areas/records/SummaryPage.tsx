/** One page that a doctor can read in a minute, on screen or on paper. */
import { useQuery } from '@tanstack/react-query';
import { formatDate } from '../../format/date.ts';
import { dateOf } from '../../format/observation.ts';
import { conceptText, dosageText, medicineName, nameText, testName, valueText } from '../../format/words.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { Card, Loaded, PageHead } from '../../ui/parts.tsx';
import styles from './records.module.css';
import { type Summary, summaryQuery } from './summary.ts';

export function SummaryPage() {
  const { config, fhir } = usePortal();
  const query = useQuery(summaryQuery(fhir));
  return (
    <>
      <PageHead title="Health summary" />
      <Loaded query={query} rows={8}>
        {(summary) => (
          <>
            <p>
              <strong>{nameText(summary.patient.name?.[0])}</strong>, born{' '}
              {formatDate(summary.patient.birthDate)}
              {summary.patient.gender ? `, ${summary.patient.gender}` : ''}
            </p>
            <p className="muted">
              From the record at {config.clinicName}, as of {formatDate(new Date().toISOString())}.
            </p>
            <p>
              <button type="button" className="button secondary" onClick={() => print()}>
                Print this summary
              </button>
            </p>
            <Parts summary={summary} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Parts({ summary }: { readonly summary: Summary }) {
  return (
    <div className={styles.grid}>
      <Part
        title="Allergies"
        lines={summary.allergies?.map((each) => [
          conceptText(each.code),
          each.reaction?.[0]?.manifestation?.[0] ? conceptText(each.reaction[0].manifestation[0]) : '',
        ])}
      />
      <Part
        title="Medicines"
        lines={
          summary.prescriptions &&
          summary.ownMedicines && [
            ...summary.prescriptions.map((each) => [medicineName(each), dosageText(each.dosageInstruction)]),
            ...summary.ownMedicines.map((each) => [
              medicineName(each),
              each.dosage?.[0]?.text ?? 'Reported by the person',
            ]),
          ]
        }
      />
      <Part
        title="Health problems"
        lines={summary.conditions?.map((each) => [
          conceptText(each.code),
          each.onsetDateTime ? `since ${formatDate(each.onsetDateTime)}` : '',
        ])}
      />
      <Part title="Latest measurements" lines={summary.vitals?.map(valueLine)} />
      <Part title="Latest laboratory values" lines={summary.laboratory?.slice(0, 25).map(valueLine)} />
      <Part
        title="Vaccinations"
        lines={summary.immunizations?.map((each) => [
          conceptText(each.vaccineCode),
          formatDate(each.occurrenceDateTime),
        ])}
      />
      <Part
        title="In an emergency call"
        lines={(summary.patient.contact ?? []).map((each) => [
          nameText(each.name),
          [each.relationship?.[0] ? conceptText(each.relationship[0]) : '', each.telecom?.[0]?.value ?? '']
            .filter(Boolean)
            .join(', '),
        ])}
      />
      <Part
        title="Insurance"
        lines={summary.coverages?.map((each) => [
          each.payor[0]?.display ?? conceptText(each.type),
          each.subscriberId ? `Member ${each.subscriberId}` : '',
        ])}
      />
    </div>
  );
}

function valueLine(each: NonNullable<Summary['vitals']>[number]): string[] {
  return [testName(each.code), `${valueText(each)}, ${formatDate(dateOf(each))}`];
}

function Part({
  title,
  lines,
}: {
  readonly title: string;
  readonly lines: readonly (readonly string[])[] | undefined;
}) {
  return (
    <Card title={title}>
      {lines === undefined && <p>Not shared with the portal, or not readable just now.</p>}
      {lines?.length === 0 && <p className="muted">None on record.</p>}
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
