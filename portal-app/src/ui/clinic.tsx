/** How the clinic is reached, one tap away wherever it is spoken of. */
import { Children, Fragment, isValidElement, type ReactNode } from 'react';
import { type ClinicContact, useClinic } from '../device/clinic.ts';
import { fill, type Text, t } from '../i18n/text.ts';
import styles from './parts.module.css';

/** The clinic as the English and Spanish texts speak of it, and the number for emergencies. */
const CALLED = /(call the clinic|llame a la clínica|\b911\b)/i;

const telephoneOf = (phone: string): string => `tel:${phone.replace(/[^\d+]/g, '')}`;

/** A text with its placeholders filled; where it says to call somebody, they can be called by a press. */
export function Said({
  text,
  values = {},
}: {
  readonly text: Text;
  readonly values?: Readonly<Record<string, ReactNode>>;
}) {
  const phone = useClinic()?.phone;
  const filled = fill(text, values);
  if (!isValidElement<{ readonly children: ReactNode }>(filled)) return filled;
  return Children.map(filled.props.children, (piece) =>
    typeof piece === 'string' ? <Callable text={piece} phone={phone} /> : piece,
  );
}

function Callable({ text, phone }: { readonly text: string; readonly phone: string | undefined }) {
  return text.split(CALLED).map((part, i) => {
    const number = i % 2 === 0 ? undefined : part === '911' ? part : phone;
    return (
      <Fragment key={i}>
        {number === undefined ? (
          part
        ) : (
          <a href={telephoneOf(number)}>{number === part ? part : `${part} (${number})`}</a>
        )}
      </Fragment>
    );
  });
}

/** Number, hours and address, as far as they are known. */
export function ClinicLines({ clinic }: { readonly clinic: ClinicContact }) {
  const { name, phone, address, hours = [] } = clinic;
  if (phone === undefined && address === undefined) return null;
  return (
    <address className={styles.clinic}>
      <strong>{name}</strong>
      {phone && <a href={telephoneOf(phone)}>{t('Call {number}', { number: phone })}</a>}
      {hours.map((line) => (
        <span key={line}>{line}</span>
      ))}
      {address && (
        <a
          href={`https://www.openstreetmap.org/search?query=${encodeURIComponent(address)}`}
          target="_blank"
          rel="noreferrer"
        >
          {address}
          <span className="visually-hidden"> ({t('Directions')})</span>
        </a>
      )}
    </address>
  );
}
