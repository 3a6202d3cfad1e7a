/** The person's own facts. */
import type { Patient } from '@medplum/fhirtypes';
import { addressText } from '../../../format/address.ts';
import { languageName } from '../../../format/language-name.ts';
import { locale } from '../../../i18n/language.ts';
import { t } from '../../../i18n/text.ts';
import { Facts } from '../../../ui/Facts.tsx';

export function PersonFacts({ patient, born }: { readonly patient: Patient; readonly born: string }) {
  const { address = [], communication = [] } = patient;
  return (
    <Facts
      facts={[
        [t('Born'), born],
        [t('Phone'), contacts(patient, 'phone')],
        [t('E-mail'), contacts(patient, 'email')],
        [t('Address'), joined(address.map(addressText))],
        [t('Language'), joined(communication.map(({ language }) => languageName(language, locale())))],
      ]}
    />
  );
}

const joined = (texts: readonly (string | undefined)[]): string =>
  texts.filter(Boolean).join(' · ') || t('Not on record');

const contacts = ({ telecom = [] }: Patient, wanted: string): string =>
  joined(telecom.filter(({ system }) => system === wanted).map(({ value }) => value));
