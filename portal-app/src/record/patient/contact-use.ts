/** What a way to reach somebody is, as the desk says it. */
import type { ContactPoint, Patient } from '@medplum/fhirtypes';
import { lookUp } from '../../format/table.ts';
import { type Text, t } from '../../i18n/text.ts';

/** Those that still lead to them. */
export const currentWays = ({ telecom = [] }: Patient): readonly ContactPoint[] =>
  telecom.filter(({ use, value }) => use !== 'old' && value);

const SYSTEMS: Readonly<Record<string, Text>> = {
  phone: 'Phone',
  sms: 'Text message',
  email: 'E-mail',
  fax: 'Fax',
};
const USES: Readonly<Record<string, Text>> = {
  home: 'at home',
  work: 'at work',
  temp: 'for now',
};

/** "Phone, at work" */
export function contactUse({ system, use }: ContactPoint): string {
  const name = use === 'mobile' ? 'Mobile phone' : lookUp(SYSTEMS, system);
  return [name, lookUp(USES, use)].flatMap((each) => (each ? t(each) : [])).join(', ');
}
