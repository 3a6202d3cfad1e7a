/** One kept list: what is current, each with what can be done about it; what is over, folded; who last went through it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { formatDate, newestFirst } from '../../../format/date.ts';
import { failureWords } from '../../../format/explained.ts';
import { t } from '../../../i18n/text.ts';
import { addEntry, markReviewed } from '../../../record/lists/changes.ts';
import { withdrawnQuery } from '../../../record/lists/put-back.ts';
import {
  isCurrent,
  isRefuted,
  type KeptList,
  LISTS,
  type ListName,
  sinceOf,
} from '../../../record/lists/queries.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction, useSend } from '../../../smart/use-send.ts';
import { Button } from '../../../ui/Button.tsx';
import { Each } from '../../../ui/Each.tsx';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, PartFailed } from '../../../ui/parts.tsx';
import { ListEntry, WithdrawnEntry } from './ListEntry.tsx';
import own from './patient.module.css';

export function ListCard({ list }: { readonly list: KeptList }) {
  const { name, entries } = list;
  const refresh = useRefresh();
  const [isAdding, setAdding] = useState(false);
  const sorted = (entries ?? []).toSorted((a, b) => newestFirst(sinceOf(a), sinceOf(b)));
  const current = sorted.filter((each) => isCurrent(each) && !isRefuted(each));
  const over = sorted.filter((each) => !current.includes(each));
  return (
    <Card title={t(LISTS[name].title)}>
      {entries === undefined && <PartFailed onRetry={() => void refresh('lists')} />}
      {entries && current.length === 0 && <EmptyState>{t('Nothing current on record.')}</EmptyState>}
      <ul className={own.kept}>
        <Each of={current}>{(entry) => <ListEntry entry={entry} />}</Each>
      </ul>
      {over.length > 0 && (
        <details>
          <summary className={own.summary}>{t('Over, or not so: {count}', { count: over.length })}</summary>
          <ul className={own.kept}>
            <Each of={over}>{(entry) => <ListEntry entry={entry} />}</Each>
          </ul>
        </details>
      )}
      {entries && <Withdrawn name={name} />}
      {isAdding && <AddForm list={list} onDone={() => setAdding(false)} />}
      {entries && <Foot list={list} isAdding={isAdding} onAdd={() => setAdding(true)} />}
    </Card>
  );
}

/** Asked for when it is opened: it is seldom looked for. */
function Withdrawn({ name }: { readonly name: ListName }) {
  const { fhir } = usePortal();
  const [isOpen, setOpen] = useState(false);
  const query = useQuery({ ...withdrawnQuery(fhir, name), enabled: isOpen });
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={own.summary}>
        {t('Taken out as entered in error')}
        <span className="visually-hidden">: {t(LISTS[name].title)}</span>
      </summary>
      {isOpen && (
        <Loaded query={query} rows={1}>
          {(entries) =>
            entries.length === 0 ? (
              <EmptyState>{t('None on record.')}</EmptyState>
            ) : (
              <ul className={own.kept}>
                <Each of={entries}>{(entry) => <WithdrawnEntry key={entry.id} entry={entry} />}</Each>
              </ul>
            )
          }
        </Loaded>
      )}
    </details>
  );
}

function Foot({
  list,
  isAdding,
  onAdd,
}: {
  readonly list: KeptList;
  readonly isAdding: boolean;
  readonly onAdd: () => void;
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const by = useBy();
  const title = t(LISTS[list.name].title);
  const review = useAction({ act: () => markReviewed(fhir, list, by), onSettled: () => refresh('lists') });
  return (
    <>
      <p className="muted">
        {list.reviewed?.date
          ? t('Gone through {date} by {name}', {
              date: formatDate(list.reviewed.date),
              name: list.reviewed.source?.display ?? t('the care team'),
            })
          : t('Nobody has gone through this list yet.')}
      </p>
      <div className={own.actions}>
        <Button className="button secondary" isOff={review.isPending} onClick={() => review.mutate()}>
          {t('All of it is right')}
          <span className="visually-hidden">: {title}</span>
        </Button>
        {!isAdding && (
          <button type="button" className="button quiet" onClick={onAdd}>
            {t('Add')}
            <span className="visually-hidden">: {title}</span>
          </button>
        )}
      </div>
      {review.error && <p role="alert">{failureWords(review.error)}</p>}
    </>
  );
}

const DETAIL = {
  problems: 'Note (optional)',
  allergies: 'Reaction (optional)',
  medicines: 'How it is taken (optional)',
} as const;

function AddForm({ list: { name }, onDone }: { readonly list: KeptList; readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [what, setWhat, discard] = useDraft(`new ${name} ${fhir.patient}`, { name: '', detail: '' });
  const by = useBy();
  const add = useSend({
    form: `add ${name} ${fhir.patient}`,
    what,
    send: (identity) => addEntry(fhir, name, what, by, identity),
    onSuccess: async () => {
      discard();
      await refresh('lists', 'banner');
      onDone();
    },
  });
  return (
    <SendForm label={t('Add to the list')} state={add} onSend={() => add.mutate()} onCancel={onDone}>
      <TextField
        id={`add-${name}`}
        label={t('Name')}
        required
        value={what.name}
        onChange={(text) => setWhat({ ...what, name: text })}
      />
      <TextField
        id={`add-${name}-detail`}
        label={t(DETAIL[name])}
        value={what.detail}
        onChange={(detail) => setWhat({ ...what, detail })}
      />
    </SendForm>
  );
}
