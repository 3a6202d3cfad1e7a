/** One way to reach somebody. */
import type { ContactPoint } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { contactUse } from '../record/patient/contact-use.ts';
import { isUnconfirmed } from '../record/work/person.ts';
import { Pill } from '../ui/parts.tsx';
import styles from './contact-way.module.css';

/** Called or written to by one press. What nobody of the clinic has confirmed says so. */
export function ContactWay({ contact }: { readonly contact: ContactPoint }) {
  const { system, value = '' } = contact;
  const address =
    system === 'email'
      ? `mailto:${value}`
      : `${system === 'sms' ? 'sms' : 'tel'}:${value.replaceAll(/[^\d+]/g, '')}`;
  return (
    <span className={styles.line}>
      {system === 'email' || system === 'phone' || system === 'sms' ? (
        <a className={styles.way} href={address}>
          {value}
        </a>
      ) : (
        value
      )}
      <span className="muted">{contactUse(contact)}</span>
      {isUnconfirmed(contact) && <Pill kind="warn">{t('Not confirmed')}</Pill>}
    </span>
  );
}
