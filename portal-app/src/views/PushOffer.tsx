/** Asked for when something was sent that an answer will come to, once in this browser: whether the person wants to be told here when it is there. */
import { useState } from 'react';
import { answerPushOffer, isPushOffered } from '../device/push.ts';
import { t } from '../i18n/text.ts';
import { turnOn } from '../record/push/devices.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { useRefresh } from '../smart/use-refresh.ts';
import { useAction } from '../smart/use-send.ts';
import { Button } from '../ui/Button.tsx';
import { sayDone } from '../ui/done.tsx';
import { Card } from '../ui/parts.tsx';

export function PushOffer() {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [isOffered, setOffered] = useState(isPushOffered);
  const end = (): void => {
    answerPushOffer();
    setOffered(false);
  };
  const accept = useAction({
    act: () => turnOn(fhir),
    onSuccess: async () => {
      end();
      sayDone(t('This device will tell you when there is something new.'));
      await refresh('push');
    },
  });
  if (!isOffered || !fhir.offers('Patient', '$push-device')) return null;
  return (
    <Card title={t('Shall this device tell you when there is an answer?')}>
      <p>
        {t(
          'It says only that there is something new, never what. You can turn it off in your profile. Only on a device of your own.',
        )}
      </p>
      <p>
        <Button className="button" isOff={accept.isPending} onClick={() => accept.mutate()}>
          {t('Tell me on this device')}
        </Button>{' '}
        <button type="button" className="button quiet" onClick={end}>
          {t('Not now')}
        </button>
      </p>
      {accept.error && <p role="alert">{t(PUSH_FAILED)}</p>}
    </Card>
  );
}

export const PUSH_FAILED = 'This browser did not allow it, or its push service can not be reached just now.';
