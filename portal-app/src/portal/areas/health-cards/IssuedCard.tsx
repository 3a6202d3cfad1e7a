/** A card that was made: its codes, its file, and what is in it, as it stands in the card itself. Nothing of it is kept here. */
import type { Patient } from '@medplum/fhirtypes';
import { useEffect, useRef } from 'react';
import { formatDate } from '../../../format/date.ts';
import { nameText, officialName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { codesOf, FILE_TYPE, fileOf } from '../../../record/health-cards/card.ts';
import type { Candidate } from '../../../record/health-cards/issue.ts';
import { Card } from '../../../ui/parts.tsx';
import { QrCode } from '../../../ui/QrCode.tsx';
import { saveFile } from '../../../ui/save-file.ts';

export function IssuedCard({
  name,
  card,
  person,
  held,
  left,
  onAgain,
}: {
  /** Of the file. */
  readonly name: string;
  readonly card: string;
  /** Whose it says that it is. */
  readonly person: Patient | undefined;
  readonly held: readonly Candidate[];
  /** What was chosen and can't be in a card. */
  readonly left: readonly Candidate[];
  readonly onAgain: () => void;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        {t('The card is ready')}
      </h2>
      <Codes card={card} />
      <p>
        <button
          type="button"
          className="button"
          onClick={() => saveFile(`${name}.smart-health-card`, FILE_TYPE, fileOf(card))}
        >
          {t('Save as a file')}
        </button>{' '}
        <button type="button" className="button secondary" onClick={() => print()}>
          {t('Print, or save as PDF')}
        </button>{' '}
        <button type="button" className="button quiet" onClick={onAgain}>
          {t('Make another card')}
        </button>
      </p>
      <Card title={t('In this card')}>
        <p>{personWords(person)}</p>
        <Listed entries={held} />
      </Card>
      {left.length > 0 && (
        <Card title={t('Not in this card')}>
          <p>{t('The record has these in words only, and cards hold codes.')}</p>
          <Listed entries={left} />
        </Card>
      )}
    </>
  );
}

function Codes({ card }: { readonly card: string }) {
  const codes = codesOf(card);
  if (codes.length === 1)
    return codes.map((code) => <QrCode key="whole" label={t('The code of the card')} code={code} />);
  return (
    <>
      <p>{t('It takes several codes, and all of them have to be shown. With less in it, one is enough.')}</p>
      {codes.map((code, index) => {
        const words = t('Code {number} of {count}', { number: index + 1, count: codes.length });
        return (
          <figure key={code.prefix}>
            <QrCode label={words} code={code} />
            <figcaption>{words}</figcaption>
          </figure>
        );
      })}
    </>
  );
}

function Listed({ entries }: { readonly entries: readonly Candidate[] }) {
  return (
    <ul>
      {entries.map(({ reference, words }) => (
        <li key={reference}>{words}</li>
      ))}
    </ul>
  );
}

function personWords(person: Patient | undefined): string {
  const name = nameText(person && officialName(person));
  if (person?.birthDate === undefined) return name;
  return t('{name}, born {date}', { name, date: formatDate(person.birthDate) });
}
