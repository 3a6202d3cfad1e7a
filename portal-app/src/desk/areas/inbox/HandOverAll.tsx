/** The end of a shift: all that one has goes to a colleague or a pool, in one act that can be taken back. */
import { useRef, useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { plural, t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { handOverAll, takeAllBack } from '../../../record/work/hand-over.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { SendForm, TextArea } from '../../../ui/form.tsx';
import { Card } from '../../../ui/parts.tsx';
import { backWords } from './back-words.ts';
import { TO_NURSES, WhoField } from './HandOver.tsx';
import { openAt } from './parts.tsx';
import { useColleagues } from './use-colleagues.ts';
import { useInbox } from './use-work.ts';

const ID = 'all-of-mine';

export function HandOverAll() {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <HandOverForm onClose={() => setOpen(false)} />;
  return (
    <p>
      <button
        type="button"
        className="button secondary"
        onClick={() => openAt(() => setOpen(true), `to-${ID}`)}
      >
        {t('Hand over all of mine')}
      </button>
    </p>
  );
}

function HandOverForm({ onClose }: { readonly onClose: () => void }) {
  const { fhir } = useSignedIn();
  const { tell } = useInbox();
  const by = useBy();
  const refresh = useRefresh();
  const { people, toWhom } = useColleagues();
  const [{ to: chosen, note }, set, discard] = useDraft('over all', TO_NURSES);
  const identity = useRef('');
  const send = useSend({
    form: 'hand over all',
    what: [chosen, note],
    send: async (asked) => {
      identity.current = asked;
      return handOverAll(fhir, { by, to: await toWhom(chosen, `to-${ID}`), note, identity: asked });
    },
    onSuccess: (before) => {
      const sent = identity.current;
      discard();
      onClose();
      tell({
        words:
          before.length === 0
            ? t('Nothing of yours waits any more.')
            : plural(before.length, '1 item was handed over', '{count} items were handed over'),
        ...(before.length === 0
          ? {}
          : { takeBack: async () => backWords(await takeAllBack(fhir, before, sent)) }),
      });
    },
    onSettled: () => refresh('queue', 'queue-counts', 'task'),
  });
  return (
    <Card title={t('Hand over all of mine')}>
      <SendForm label={t('Hand over')} state={send} onSend={() => send.mutate()} onCancel={onClose}>
        <p className="muted">
          {t(
            'All that you have and that waits goes at once, in every list. What you put off until a day stays yours.',
          )}
        </p>
        <WhoField
          id={`to-${ID}`}
          value={chosen}
          onChange={(to) => set({ to, note })}
          people={people.filter(({ reference }) => reference !== fhir.self)}
        />
        <TextArea
          id={`over-${ID}`}
          label={t('Note for whoever takes it (optional)')}
          rows={2}
          value={note}
          onChange={(words) => set({ to: chosen, note: words })}
        />
      </SendForm>
    </Card>
  );
}
