/** What changes with age for those who act for a child, in words: for them, and for the young person whose record it is. */
import { useQuery } from '@tanstack/react-query';
import { dayText } from '../format/clinic-clock.ts';
import { formatDate } from '../format/date.ts';
import { type Text, t } from '../i18n/text.ts';
import { type AgeChange, ageChangesQuery, coming, isSoon } from '../record/patient/age-changes.ts';
import { isOwnRecord } from '../record/patient/whose.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { Card } from '../ui/parts.tsx';

/** Nothing where nothing changes. `soon`: only what is near, as a card of the first page; else all that is to come. */
export function AgeChanges({ soon = false }: { readonly soon?: boolean }) {
  const { fhir } = usePortal();
  const today = dayText(Date.now());
  const changes = coming(useQuery(ageChangesQuery(fhir)).data ?? [], today);
  const shown = soon ? changes.filter((change) => isSoon(change, today)) : changes;
  if (shown.length === 0) return null;
  const isOwn = isOwnRecord(fhir);
  const list = (
    <>
      {shown.flatMap((change) =>
        sentences(change, isOwn).map((sentence) => <p key={`${change.on} ${sentence}`}>{sentence}</p>),
      )}
    </>
  );
  const title = t(isOwn ? 'What changes as you grow up' : 'What changes for you as the child grows up');
  return soon ? (
    <Card title={title}>{list}</Card>
  ) : (
    <>
      <h3>{title}</h3>
      {list}
    </>
  );
}

const TYPE_WORDS: Readonly<Record<string, Text>> = {
  Appointment: 'Visits',
  Communication: 'Messages',
  Condition: 'Health problems',
  DiagnosticReport: 'Results',
  MedicationRequest: 'Medicines',
  Observation: 'Results',
};

function sentences({ on, isEnd, hasLabels, types }: AgeChange, isOwn: boolean): string[] {
  const day = formatDate(on);
  if (isEnd)
    return [
      t(
        isOwn
          ? 'From {day} your parents no longer see your record. You can invite whom you want, under Family access.'
          : 'From {day} you no longer see this record, for the child is an adult then. They can invite you, with an account of their own.',
        { day },
      ),
    ];
  const what = [...new Set(types.map((type) => t(TYPE_WORDS[type] ?? 'Other parts of the record')))];
  return [
    ...(hasLabels
      ? [
          t(
            isOwn
              ? 'From {day} your parents no longer see what is marked as sensitive, for example about sexual or mental health.'
              : 'From {day} you no longer see what is marked as sensitive, for example about sexual or mental health.',
            { day },
          ),
        ]
      : []),
    ...(what.length > 0
      ? [
          t(
            isOwn
              ? 'From {day} your parents no longer see: {what}.'
              : 'From {day} you no longer see: {what}.',
            {
              day,
              what: what.join(', '),
            },
          ),
        ]
      : []),
  ];
}
