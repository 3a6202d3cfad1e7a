/** Asks the clinic for a letter or for papers. */
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { type Text, t } from '../../../i18n/text.ts';
import {
  askForLetter,
  isLetterKind,
  LETTERS_ASKED,
  type LetterKind,
} from '../../../record/letters/letters.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { sayDone } from '../../../ui/done.tsx';
import { Select, SendForm, TextArea } from '../../../ui/form.tsx';

const HINTS: Readonly<Record<LetterKind, Text>> = {
  'sick-note': 'From which day until which, and for whom it is: a school, a job.',
  vaccinations: 'For whom it is, and which vaccinations it has to name.',
  records: 'What of it: all, some years, or one visit; and for whom.',
  other: 'What it has to say, and for whom it is. A form can be handed in below.',
};

export function Ask() {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [isAsking, setAsking] = useState(false);
  const [asked, set, discard] = useDraft('letter', { kind: 'sick-note' as LetterKind, what: '' });
  const send = useSend({
    form: 'letter',
    what: asked,
    send: (identity) => askForLetter(fhir, asked, identity),
    onSuccess: async () => {
      discard();
      setAsking(false);
      sayDone(t('Your request is at the clinic. What becomes of it is shown here.'), '/letters');
      await refresh('letters', 'glance');
    },
  });
  if (!isAsking)
    return (
      <p>
        <button type="button" className="button" onClick={() => setAsking(true)}>
          {t('Ask for a letter')}
        </button>
      </p>
    );
  return (
    <SendForm
      label={t('Send the request')}
      state={send}
      onSend={() => send.mutate()}
      onCancel={() => {
        discard();
        setAsking(false);
      }}
    >
      <Select
        id="letter-kind"
        label={t('What do you need?')}
        value={asked.kind}
        onChange={(kind) => isLetterKind(kind) && set({ ...asked, kind })}
        options={Object.entries(LETTERS_ASKED).map(([kind, words]) => [kind, t(words)] as const)}
      />
      <TextArea
        id="letter-what"
        label={t('What should be in it?')}
        hint={t(HINTS[asked.kind])}
        rows={3}
        value={asked.what}
        onChange={(what) => set({ ...asked, what })}
        required
      />
    </SendForm>
  );
}
