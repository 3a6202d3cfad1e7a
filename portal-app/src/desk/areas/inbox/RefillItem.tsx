/** A refill: what was prescribed, what was handed over last, what is due; yes in two keys, changed, or no with a reason. */
import type { MedicationDispense, MedicationRequest } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { formatDate, formatDistance } from '../../../format/date.ts';
import { quantityText } from '../../../format/quantity.ts';
import { conceptText, medicineName } from '../../../format/words.ts';
import { plural, t } from '../../../i18n/text.ts';
import { dispensesQuery } from '../../../record/medicines/queries.ts';
import { namesOf, runsOutSoon, supplyOf } from '../../../record/medicines/supply.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import {
  approveRefill,
  daysId,
  declineTask,
  dosageId,
  hasOtherDosage,
  prescriptionQuery,
  quantityId,
  renewalOf,
  repeatsId,
  sureId,
} from '../../../record/work/refill.ts';
import { doubtOf } from '../../../record/work/renewal.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { Confirm, SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { Pill } from '../../../ui/parts.tsx';
import { About } from './About.tsx';
import styles from './inbox.module.css';
import { Decline, focusOn, type ItemProps, Key } from './parts.tsx';
import { useWork } from './use-work.ts';

export function RefillItem({ task, patient }: ItemProps) {
  const { fhir } = usePortal();
  const query = useQuery(prescriptionQuery(fhir, task));
  return (
    <>
      <Said task={task} />
      <About task={task} query={query} rows={3} marked={({ stored }) => stored} hasAnswer>
        {(found) => (
          <>
            <Prescription request={found.shown} taken={found.taken} next={found.next} />
            <Approve
              task={task}
              patient={patient}
              prescription={found.stored}
              taken={found.taken}
              next={found.next}
            />
          </>
        )}
      </About>
      <RefillDecline task={task} patient={patient} />
    </>
  );
}

function RefillDecline(props: ItemProps) {
  const { fhir } = usePortal();
  const by = useBy();
  return (
    <Decline
      {...props}
      about="refill-no"
      label="Decline"
      words="Declined"
      decline={(reason, identity) => declineTask(fhir, props.task, { by, reason, identity })}
    />
  );
}

/** What the patient wrote to it, and to which pharmacy it goes. */
export function Said({ task }: Pick<ItemProps, 'task'>) {
  const pharmacy = task.input?.find(({ type }) => type.text === 'Pharmacy')?.valueReference?.display;
  return (
    <>
      {(task.note ?? []).map(({ text, time }) => (
        <blockquote key={`${time} ${text}`} className={styles.said}>
          {text}
        </blockquote>
      ))}
      {pharmacy && (
        <p>
          {t('Pharmacy')}: {pharmacy}
        </p>
      )}
    </>
  );
}

interface Found {
  /** In words, how it is taken. */
  readonly taken: string;
  /** What follows the prescription already. */
  readonly next: MedicationRequest | undefined;
}

function Prescription({ request, taken, next }: Found & { readonly request: MedicationRequest }) {
  const { fhir } = usePortal();
  const doubt = doubtOf(request, next);
  const dispenses = useQuery(dispensesQuery(fhir)).data?.resources ?? [];
  const supply = supplyOf(request, dispenses);
  const names = namesOf(request);
  const [last, ...before] = dispenses
    .filter(({ authorizingPrescription = [] }) =>
      authorizingPrescription.some(({ reference }) => names.includes(reference ?? '')),
    )
    .map(handedOver);
  return (
    <>
      <h3>{medicineName(request)}</h3>
      {doubt && (
        <p>
          <Pill kind="bad">{doubt}</Pill> {request.statusReason && conceptText(request.statusReason)}
        </p>
      )}
      <Facts
        facts={[
          [t('How it is taken'), taken],
          [
            t('Prescribed'),
            [request.authoredOn && formatDate(request.authoredOn), request.requester?.display]
              .filter(Boolean)
              .join(' · '),
          ],
          [t('Last handed over'), last],
          [t('Before that'), before.slice(0, BEFORE).join('; ')],
          [t('Refills left'), supply.left === undefined ? undefined : String(supply.left)],
        ]}
      />
      {supply.runsOut && (
        <p>
          <Pill kind={runsOutSoon(supply) ? 'warn' : 'ok'}>
            {t('Runs out {when}', { when: formatDistance(supply.runsOut) })}
          </Pill>
        </p>
      )}
    </>
  );
}

/** So many tell whether it is taken as often as it was meant. */
const BEFORE = 2;

const handedOver = ({ whenHandedOver, quantity, daysSupply }: MedicationDispense): string =>
  [
    whenHandedOver && formatDate(whenHandedOver),
    quantity && quantityText(quantity),
    daysSupply?.value && plural(daysSupply.value, 'for 1 day', 'for {count} days'),
  ]
    .filter(Boolean)
    .join(' · ');

function Approve({
  task,
  prescription,
  taken,
  next,
}: ItemProps & Found & { readonly prescription: MedicationRequest }) {
  const { fhir } = usePortal();
  const by = useBy();
  const asIs = renewalOf(prescription, taken);
  const [renewal, setRenewal, discard, check] = useChanges(`renewal ${task.id}`, asIs);
  const [isOpened, setOpened] = useState(false);
  // What was typed is never prescribed unseen.
  const isChanging = isOpened || JSON.stringify(renewal) !== JSON.stringify(asIs);
  const id = `approve-${task.id}`;
  const doubt = doubtOf(prescription, next);
  // Of what was read there, and of nothing that it became since.
  const [sureOf, setSureOf] = useState<string>();
  const isSure = sureOf === doubt;
  const { quantity, expectedSupplyDuration: lasting } = prescription.dispenseRequest ?? {};
  const send = useWork(task, {
    name: 'approve',
    what: renewal,
    words: t('Approved'),
    act: async (identity) => {
      await check({ dosage: dosageId(task), repeats: repeatsId(task) });
      return approveRefill(fhir, task, { by, prescription, taken, next, renewal, isSure, identity });
    },
    onDone: discard,
  });
  useKeys({ a: () => focusOn(doubt ? sureId(task) : id) });
  return (
    <SendForm
      label={t('Approve')}
      state={send}
      onSend={() => send.mutate()}
      submitId={id}
      submitHint={<Key of="a" />}
    >
      {doubt && (
        <Confirm
          id={sureId(task)}
          label={t('Prescribe it again all the same')}
          isChecked={isSure}
          onChange={(isYes) => setSureOf(isYes ? doubt : undefined)}
        />
      )}
      {isChanging ? (
        <>
          <TextArea
            id={dosageId(task)}
            label={t('How it is taken')}
            rows={2}
            value={renewal.dosage}
            onChange={(dosage) => setRenewal({ dosage })}
          />
          {hasOtherDosage(renewal, taken) && (
            <>
              {quantity && (
                <TextField
                  id={quantityId(task)}
                  label={t('Handed over each time')}
                  hint={t('Until now {amount}', { amount: quantityText(quantity) })}
                  inputMode="decimal"
                  value={renewal.quantity}
                  onChange={(next) => setRenewal({ quantity: next })}
                />
              )}
              {lasting && (
                <TextField
                  id={daysId(task)}
                  label={t('Lasts for how many days')}
                  hint={t('Until now {amount}', { amount: quantityText(lasting) })}
                  type="number"
                  value={renewal.days}
                  onChange={(days) => setRenewal({ days })}
                />
              )}
            </>
          )}
          <TextField
            id={repeatsId(task)}
            label={t('Refills allowed')}
            type="number"
            value={renewal.repeats}
            onChange={(repeats) => setRenewal({ repeats })}
          />
          <TextArea
            id={`note-${task.id}`}
            label={t('Note for the patient (optional)')}
            rows={2}
            value={renewal.note}
            onChange={(note) => setRenewal({ note })}
          />
        </>
      ) : (
        <p>
          <button type="button" className="button quiet" onClick={() => setOpened(true)}>
            {t('Change it, or add a note')}
          </button>
        </p>
      )}
    </SendForm>
  );
}
