/** A refill: asked for where the medicine is, for several at once where one likes; and how far it is, until the next one. */
import type { MedicationDispense, MedicationRequest, Task } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { formatDistance } from '../../../format/date.ts';
import { medicineName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import {
  answerOf,
  askForRefill,
  cancelRefill,
  isAnswered,
  isOpen,
  refillOf,
  refillsQuery,
  refillWords,
} from '../../../record/medicines/refills.ts';
import { pharmaciesOf, supplyOf } from '../../../record/medicines/supply.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { sentBefore } from '../../../smart/sent-before.ts';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { sayDone } from '../../../ui/done.tsx';
import { ActionButton, CheckList, Select, SendForm, TextArea } from '../../../ui/form.tsx';
import { Pill } from '../../../ui/parts.tsx';

interface Props {
  readonly request: MedicationRequest;
  readonly all: readonly MedicationRequest[];
  readonly dispenses: readonly MedicationDispense[];
}

export function Refill({ request, all, dispenses }: Props) {
  const { fhir } = usePortal();
  const tasks = useQuery(refillsQuery(fhir)).data?.resources;
  if (tasks === undefined) return null;
  const task = refillOf(tasks, request);
  const others = all.filter((each) => {
    const open = refillOf(tasks, each);
    return each.id !== request.id && each.status === 'active' && !(open && isOpen(open));
  });
  return (
    <>
      {task && <Progress task={task} />}
      {fhir.offers('Task', 'create') && (
        <AskForRefill
          request={request}
          all={others}
          dispenses={dispenses}
          isAsked={task !== undefined && isOpen(task)}
        />
      )}
    </>
  );
}

function Progress({ task }: { readonly task: Task }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const cancel = useAction({
    act: () => cancelRefill(fhir, task),
    onSettled: () => refresh('refills', 'glance'),
  });
  const answer = answerOf(task);
  const kind = task.status === 'completed' ? 'ok' : isOpen(task) ? 'info' : 'plain';
  return (
    <>
      <p>
        <Pill kind={kind}>{refillWords(task)}</Pill>{' '}
        <span className="muted">{formatDistance(task.lastModified ?? task.authoredOn ?? '')}</span>
      </p>
      {isAnswered(task) && answer && (
        <p>
          <strong>{t('The clinic says:')}</strong> {answer}
        </p>
      )}
      <ActionButton action={cancel} isOffered={task.status === 'requested' && fhir.offers('Task', 'update')}>
        {t('Cancel the refill request')}
      </ActionButton>
    </>
  );
}

function AskForRefill({ request, all, dispenses, isAsked }: Props & { readonly isAsked: boolean }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const pharmacies = pharmaciesOf(dispenses);
  const [isAsking, setAsking] = useState(false);
  const [asked, setAsked, discard] = useChanges(`refill ${request.id}`, {
    note: '',
    also: [] as readonly string[],
    pharmacy: supplyOf(request, dispenses).pharmacy?.reference ?? '',
  });
  const ask = useAction({
    act: async () => {
      const pharmacy = pharmacies.find(({ reference }) => reference === asked.pharmacy);
      // One after the other: what was asked for stays asked for when the next one fails, and is not asked for twice.
      let isSent = true;
      for (const each of [request, ...all.filter(({ id = '' }) => asked.also.includes(id))])
        isSent = (await askForRefill(fhir, each, { note: asked.note, pharmacy })) && isSent;
      if (!isSent) throw sentBefore();
    },
    onSuccess: () => {
      discard();
      sayDone(t('Your request is at the clinic.'));
      setAsking(false);
    },
    onSettled: () => refresh('refills', 'glance'),
  });
  // Of several, some may not have been asked for when an answer was lost: the form stays until all are.
  if (isAsked && !ask.isPending && !ask.error) return null;
  if (!isAsking)
    return (
      <button type="button" className="button secondary" onClick={() => setAsking(true)}>
        {t('Ask for a refill')}
        <span className="visually-hidden">: {medicineName(request)}</span>
      </button>
    );
  return (
    <SendForm
      label={t('Send the request')}
      state={ask}
      onSend={() => ask.mutate()}
      onCancel={() => {
        discard();
        ask.reset();
        setAsking(false);
      }}
    >
      {all.length > 0 && (
        <CheckList
          legend={t('Also ask for (optional)')}
          options={all.map((each) => [each.id ?? '', medicineName(each)] as const)}
          chosen={asked.also}
          onChange={(also) => setAsked({ also })}
        />
      )}
      {pharmacies.length > 0 && (
        <Select
          id={`pharmacy-${request.id}`}
          label={t('Pharmacy')}
          value={asked.pharmacy}
          onChange={(pharmacy) => setAsked({ pharmacy })}
          options={[
            ...pharmacies.map(({ reference, name }) => [reference, name] as const),
            ['', t('Another one: I name it in the note')] as const,
          ]}
        />
      )}
      <TextArea
        id={`note-${request.id}`}
        label={t('Note for the clinic (optional)')}
        hint={t('For example: which pharmacy, or how many days you have left.')}
        rows={2}
        value={asked.note}
        onChange={(note) => setAsked({ note })}
      />
    </SendForm>
  );
}
