/** To whom and what; then looked at: how many, who is left out, the first of them, and the text as one of them reads it. Sent after that alone, to the number that was seen. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { Explained } from '../../../format/explained.ts';
import { FieldProblem } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import { draftOf, lookAt, type Written } from '../../../record/broadcasts/broadcast.ts';
import {
  type Criteria,
  criteriaText,
  isAnybody,
  NOBODY,
  wrongIn,
} from '../../../record/broadcasts/criteria.ts';
import { hasGap, unknownFields } from '../../../record/broadcasts/texts.ts';
import { schedulesQuery } from '../../../record/schedule/queries.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useAction } from '../../../smart/use-send.ts';
import { SendForm } from '../../../ui/form.tsx';
import { type Looked, Preview } from './Preview.tsx';
import { WhatFields } from './WhatFields.tsx';
import { type Choice, namesOf, WhoFields, whoField } from './WhoFields.tsx';

const BLANK: Written = {
  kind: 'message',
  topic: '',
  text: '',
  spanishTopic: '',
  spanishText: '',
  questionnaire: '',
};

export function Compose({
  groups,
  onDone,
}: {
  readonly groups: readonly Choice[];
  readonly onDone: () => void;
}) {
  const { fhir } = useSignedIn();
  const schedules = useQuery(schedulesQuery(fhir)).data ?? [];
  const [criteria, setCriteria, forget] = useDraft<Criteria>('to whom', NOBODY);
  const [written, setWritten, discard] = useDraft<Written>('to many', BLANK);
  const [looked, setLooked] = useState<Looked>();
  const [isOvertaken, setOvertaken] = useState(false);
  const look = useAction({
    act: async (): Promise<Looked> => {
      if (!isAnybody(criteria)) throw new Explained(t('Please say to whom it goes.'));
      const wrong = Object.entries(wrongIn(criteria)).map(([name, words]) => [whoField(name), words]);
      if (wrong.length > 0) throw new FieldProblem(Object.fromEntries(wrong));
      if (written.kind === 'message' && hasGap(written))
        throw new Explained(t('Please fill in what stands as “…” still, in both languages.'));
      const unknown = unknownFields(written);
      if (Object.keys(unknown).length > 0) throw new FieldProblem(unknown);
      const who = criteriaText(criteria, namesOf(groups, schedules));
      const draft = draftOf(criteria, who, written);
      return { who, draft, written, criteria, recipients: await lookAt(fhir, draft) };
    },
    onSuccess: setLooked,
  });
  // What another tab wrote or sent meanwhile nobody has looked at here; nor for how many it would be by now, where the same words are written again.
  if (looked && saysBoth(looked) !== saysBoth({ written, criteria })) {
    setLooked(undefined);
    setOvertaken(true);
  }
  if (looked)
    return (
      <Preview
        looked={looked}
        onBack={() => setLooked(undefined)}
        onSent={() => {
          discard();
          forget();
          onDone();
        }}
      />
    );
  return (
    <SendForm
      label={t('Look at it before it goes')}
      state={look}
      onSend={() => {
        setOvertaken(false);
        look.mutate();
      }}
      onCancel={onDone}
    >
      {isOvertaken && <Overtaken />}
      <WhoFields groups={groups} schedules={schedules} criteria={criteria} onChange={setCriteria} />
      <WhatFields written={written} onChange={setWritten} />
    </SendForm>
  );
}

/** In the place of what was looked at, and of the focus that was there. */
function Overtaken() {
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) words.current?.focus();
  }, []);
  return (
    <p ref={words} role="alert" tabIndex={-1}>
      {t('What you looked at was changed or sent in another tab. Look at it anew before it goes.')}
    </p>
  );
}

const saysBoth = ({ written, criteria }: Pick<Looked, 'written' | 'criteria'>): string =>
  JSON.stringify([written, criteria]);
