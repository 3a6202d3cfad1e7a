/** The vaccinations on record, on a page that prints clean and as a PDF. */
import type { Patient } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { nameText, officialName } from '../../../format/words.ts';
import { fill, t } from '../../../i18n/text.ts';
import { checkupsQuery } from '../../../record/checkups/queries.ts';
import { type Line, lineOf } from '../../../record/entries/kinds.ts';
import { offersCards } from '../../../record/health-cards/issue.ts';
import { patientQuery } from '../../../record/patient/use-patient.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { SavePdf } from '../../../ui/SavePdf.tsx';
import { ScrollTable } from '../../../ui/ScrollTable.tsx';

const DETAILS = ['Official name', 'Maker', 'Lot number', 'By'] as const;

export function VaccinationsPage() {
  const { fhir } = usePortal();
  const query = useQuery(checkupsQuery(fhir));
  return (
    <>
      <PageHead title={t('Vaccination record')} />
      <Whose />
      <Loaded query={query} rows={6}>
        {({ immunizations }) =>
          immunizations.length === 0 ? (
            <EmptyState>{t('None on record.')}</EmptyState>
          ) : (
            <>
              <Keep lines={immunizations.map(lineOf)} />
              <Vaccinations lines={immunizations.map(lineOf)} />
            </>
          )
        }
      </Loaded>
      <p>
        {offersCards(fhir) && query.data && query.data.immunizations.length > 0 && (
          <Link className="button secondary" to="/health-card/vaccinations">
            {t('Get a SMART Health Card')}
          </Link>
        )}{' '}
        <Link className="button secondary" to="/prevention">
          {t('Prevention')}
        </Link>
      </p>
    </>
  );
}

/** Two columns fit a phone: what else is told of a vaccination stands under its name. */
function Vaccinations({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <ScrollTable label={t('Vaccinations')} heads={[t('Date'), t('Vaccine')]}>
      {lines.map((line, index) => (
        <tr key={`${line.name} ${line.date} ${index}`}>
          <td>{formatDate(line.date)}</td>
          <th scope="row">
            {line.name}
            {details(line).map((each) => (
              <p key={each} className="muted">
                {each}
              </p>
            ))}
          </th>
        </tr>
      ))}
    </ScrollTable>
  );
}

const details = ({ facts }: Line): string[] =>
  facts
    .filter(([label, value]) => value && (DETAILS as readonly string[]).includes(label))
    .map(([label, value]) => `${t(label)}: ${value}`);

/** On paper, or as a file. */
function Keep({ lines }: { readonly lines: readonly Line[] }) {
  const { config, fhir } = usePortal();
  const patient = useQuery(patientQuery(fhir)).data;
  if (!patient) return null;
  const said = (words: string): { readonly text: string } => ({ text: words });
  return (
    <p>
      <button type="button" className="button secondary" onClick={() => print()}>
        {t('Print')}
      </button>{' '}
      <SavePdf
        file="vaccinations.pdf"
        title={t('Vaccination record')}
        blocks={[
          said(bornText(patient)),
          said(ofText(config.clinicName)),
          ...lines.flatMap((line) => [
            { text: [formatDate(line.date), line.name].join(' · '), isBold: true },
            ...details(line).map(said),
          ]),
        ]}
      />
    </p>
  );
}

const bornText = (patient: Patient): string =>
  t('{name}, born {date}', { name: nameText(officialName(patient)), date: formatDate(patient.birthDate) });

const ofText = (clinic: string): string =>
  t('From the record at {clinic}, as of {date}.', { clinic, date: formatDate(new Date().toISOString()) });

/** On paper it must say whose it is, from where and of when. */
function Whose() {
  const { config, fhir } = usePortal();
  return (
    <Loaded query={useQuery(patientQuery(fhir))} rows={2}>
      {(patient) => (
        <>
          <p>
            {fill('{name}, born {date}', {
              name: <strong key="name">{nameText(officialName(patient))}</strong>,
              date: formatDate(patient.birthDate),
            })}
          </p>
          <p className="muted">{ofText(config.clinicName)}</p>
        </>
      )}
    </Loaded>
  );
}
