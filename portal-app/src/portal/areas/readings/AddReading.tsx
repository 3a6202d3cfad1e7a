/** One value, written down or corrected. What can't be is refused at its field; what is only unusual is asked about once. */
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { FieldProblem } from '../../../format/field-problem.ts';
import { valueText } from '../../../format/value.ts';
import { t } from '../../../i18n/text.ts';
import { writeDown } from '../../../record/readings/changes.ts';
import { problemsOf, questionsOf } from '../../../record/readings/check.ts';
import { type Form, formOf, isPast, readingOfForm } from '../../../record/readings/form.ts';
import type { KindName } from '../../../record/readings/kinds.ts';
import type { lastUsed, Shown } from '../../../record/readings/queries.ts';
import { observationsOf, type Reading } from '../../../record/readings/reading.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { CheckList, FieldProblemText, SendForm } from '../../../ui/form.tsx';
import { CrisisAdvice } from '../../../views/CrisisAdvice.tsx';
import { ReadingFields } from './ReadingFields.tsx';

/** `isThere`: whether a value stands in the record still; `instead`: a value that was wrong; `onDone`: it was corrected, or stays. */
export function AddReading({
  kind,
  last = {},
  isThere = () => true,
  instead,
  onDone,
}: {
  readonly kind: KindName;
  readonly last?: ReturnType<typeof lastUsed>;
  readonly isThere?: (reading: Reading) => boolean;
  readonly instead?: Shown;
  readonly onDone?: () => void;
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const name = `reading ${kind}${instead ? ` ${instead.id}` : ''}`;
  // The moment at which the form was opened, until another one is chosen.
  const [opened, setOpened] = useState(() => formOf(kind, last, instead));
  const [draft, set, discard] = useDraft<Partial<Form>>(name, {});
  // What is put right is as it is now.
  const written = { ...(instead ? formOf(kind, last, instead) : opened), ...draft };
  const [questions, setQuestions] = useState<readonly string[]>([]);
  const [isSure, setSure] = useState(false);
  const [stored, setStored] = useState<Reading>();
  const done = !instead && stored && isThere(stored) ? stored : undefined;
  const reading = readingOfForm(kind, written);
  const change = (next: Partial<Form>): void => {
    // With the moment that stood there: after a reload it is the same reading still.
    set({ ...draft, at: written.at, ...next });
    setQuestions([]);
    setSure(false);
  };
  const add = useSend({
    form: name,
    what: written,
    send: async (identity) => {
      const problems = problemsOf(reading);
      if (Object.keys(problems).length > 0) throw new FieldProblem(idsOf(problems, instead));
      const asked = isSure ? [] : questionsOf(reading);
      setQuestions(asked);
      if (asked.length > 0) throw new FieldProblem({ [idOf('sure', instead)]: asked.join(' ') });
      await writeDown(fhir, reading, identity, instead);
      return reading;
    },
    onSuccess: async (sent) => {
      setStored(sent);
      setSure(false);
      setQuestions([]);
      setOpened(formOf(kind, { unit: sent.unit, ...(sent.arm ? { arm: sent.arm } : {}) }));
      discard();
      await refresh('readings', 'observations', 'same-test');
      onDone?.();
    },
  });
  return (
    <>
      <SendForm
        label={t(instead ? 'Save the right value' : 'Add to my record')}
        state={add}
        onSend={() => add.mutate()}
        onCancel={
          onDone &&
          (() => {
            discard();
            onDone();
          })
        }
      >
        <ReadingFields kind={kind} form={written} idOf={(part) => idOf(part, instead)} onChange={change} />
        {questions.length > 0 && (
          <div>
            <FieldProblemText id={idOf('sure', instead)} />
            <CheckList
              legend={t('An unusual value')}
              options={[['sure', t('Yes, it is right')]]}
              chosen={isSure ? ['sure'] : []}
              onChange={(chosen) => setSure(chosen.length > 0)}
            />
          </div>
        )}
      </SendForm>
      <p role="status">{done && t('{value} is in your record.', { value: wordsFor(done) })}</p>
      {done && !isPast(done) && <CrisisAdvice of={storedAs(done)} />}
    </>
  );
}

const idOf = (part: string, instead: Shown | undefined): string =>
  instead ? `${part}-${instead.id}` : `reading-${part}`;

const idsOf = (problems: Readonly<Record<string, string>>, instead: Shown | undefined) =>
  Object.fromEntries(Object.entries(problems).map(([part, words]) => [idOf(part, instead), words]));

/** As it will stand in the record. */
const wordsFor = (reading: Reading): string => valueText(storedAs(reading));

const storedAs = (reading: Reading) =>
  observationsOf({ patient: '', self: 'Patient/' } as Parameters<typeof observationsOf>[0], reading)[0];
