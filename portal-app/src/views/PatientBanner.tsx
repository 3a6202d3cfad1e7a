/** Whose record is open: above everything that is drawn of it, on the patient's page and beside what waits in the inbox. Below a RecordProvider. */
import type { Flag, RelatedPerson } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { clinicalName } from '../format/clinical.ts';
import { formatDate } from '../format/date.ts';
import { relationWords } from '../format/relation.ts';
import { nameText, officialName } from '../format/words.ts';
import { locale } from '../i18n/language.ts';
import { plural, t } from '../i18n/text.ts';
import {
  ageOf,
  allergyWords,
  type Banner,
  bannerQuery,
  byDanger,
  isGrave,
  isNoneKnown,
  preferredLanguage,
  recordNumber,
} from '../record/patient/banner.ts';
import { useFinds } from '../record/staff/use-finds.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { Each } from '../ui/Each.tsx';
import { Loaded, Pill } from '../ui/parts.tsx';
import { KeptPill } from './KeptPill.tsx';
import styles from './patient-banner.module.css';

/** `title`: how the name is drawn, as a heading of the page it stands on. */
export function PatientBanner({ title }: { readonly title: (name: string) => ReactNode }) {
  const { fhir } = usePortal();
  return (
    <Loaded query={useQuery(bannerQuery(fhir))} rows={2}>
      {(banner) => <BannerOf banner={banner} title={title} />}
    </Loaded>
  );
}

function BannerOf({
  banner,
  title,
}: {
  readonly banner: Banner;
  readonly title: (name: string) => ReactNode;
}) {
  const { patient } = banner;
  return (
    <section className={styles.banner} aria-label={t('Patient')}>
      <div className={styles.who}>
        {title(nameText(officialName(patient)))}
        <Person patient={patient} />
      </div>
      <Dangers banner={banner} />
      <Proxies proxies={banner.proxies} />
    </section>
  );
}

function Person({ patient }: Pick<Banner, 'patient'>) {
  const age = ageOf(patient);
  const years =
    age &&
    (age.unit === 'years'
      ? plural(age.count, '{count} year old', '{count} years old')
      : plural(age.count, '{count} month old', '{count} months old'));
  const number = recordNumber(patient);
  const language = preferredLanguage(patient, locale());
  const facts = [
    patient.birthDate && t('born {date}', { date: formatDate(patient.birthDate) }),
    years,
    genderText(patient.gender),
    number && t('no. {number}', { number }),
    language && t('speaks {language}', { language }),
  ].filter(Boolean);
  return (
    <p className={styles.facts}>
      {facts.join(' · ')}{' '}
      {(patient.deceasedBoolean || patient.deceasedDateTime) && (
        <Pill kind="warn">
          {patient.deceasedDateTime
            ? t('Died {date}', { date: formatDate(patient.deceasedDateTime) })
            : t('Has died')}
        </Pill>
      )}
      {patient.active === false && <Pill kind="warn">{t('Record is not active')}</Pill>}
    </p>
  );
}

function genderText(gender: string | undefined): string | undefined {
  if (gender === 'female') return t('female');
  if (gender === 'male') return t('male');
  return gender === 'other' ? t('another gender') : undefined;
}

/** "None on record" is not "no allergies": the words say which. */
function Dangers({ banner: { allergies, flags } }: { readonly banner: Banner }) {
  const finds = useFinds();
  const known = allergies && byDanger(allergies.filter((each) => !isNoneKnown(each)));
  if (!known && !flags?.length && !finds('AllergyIntolerance')) return null;
  return (
    <ul className={styles.dangers} aria-label={t('Allergies and flags')}>
      {known === undefined && finds('AllergyIntolerance') && (
        <li>
          <Pill kind="warn">{t('Allergies could not be read')}</Pill>
        </li>
      )}
      {known?.length === 0 && (
        <li className="muted">
          {allergies?.some(isNoneKnown) ? t('No known allergies') : t('No allergies on record')}
        </li>
      )}
      <Each of={known ?? []}>
        {(each) => (
          <li>
            <Pill kind={isGrave(each) ? 'bad' : 'warn'}>
              <span className="visually-hidden">{t('Allergy')}: </span>
              {isGrave(each) && <span aria-hidden="true">‼ </span>}
              {allergyWords(each)}
            </Pill>{' '}
            <KeptPill of={each} />
          </li>
        )}
      </Each>
      <Each of={flags ?? []}>
        {(each: Flag) => (
          <li>
            <Pill kind="info">
              <span className="visually-hidden">{t('Flag')}: </span>
              {clinicalName(each.code)}
            </Pill>{' '}
            <KeptPill of={each} />
          </li>
        )}
      </Each>
    </ul>
  );
}

function Proxies({ proxies }: Pick<Banner, 'proxies'>) {
  if (!proxies || proxies.length === 0) return null;
  return (
    <p className="muted">
      {t('Acts for the patient: {names}', { names: proxies.map(proxyText).join('; ') })}
    </p>
  );
}

function proxyText({ name, relationship = [] }: RelatedPerson): string {
  const [first] = relationship;
  const who = nameText(officialName({ name }));
  return first ? `${who} (${relationWords(first)})` : who;
}
