/** Which devices tell of news by Web Push: this one turned on or off, the others turned off. */
import { useQuery } from '@tanstack/react-query';
import { canPush, isPushRefused } from '../../../device/push.ts';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { type Device, pushQuery, turnOff, turnOn } from '../../../record/push/devices.ts';
import { FhirFailure } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Button } from '../../../ui/Button.tsx';
import { Card, Loaded } from '../../../ui/parts.tsx';
import { PUSH_FAILED } from '../../../views/PushOffer.tsx';

export function PushCard() {
  const { fhir } = usePortal();
  const query = useQuery(pushQuery(fhir));
  // An offer, and nothing of the record: where it is refused it is not there.
  if (query.error instanceof FhirFailure && query.error.status === 403) return null;
  return (
    <Card title={t('On this device')}>
      <Loaded query={query} rows={1}>
        {({ devices }) => (
          <>
            {!devices.some(({ isThis }) => isThis) && <TurnOn />}
            {devices.length > 0 && (
              <ul>
                {devices.map((device) => (
                  <One key={device.id} device={device} />
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function TurnOn() {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const on = useAction({ act: () => turnOn(fhir), onSuccess: () => refresh('push') });
  if (!canPush()) return <p>{t('This browser can not show notices while the portal is closed.')}</p>;
  if (isPushRefused())
    return (
      <p>{t('You have told this browser to show no notices of the portal. Its settings can change that.')}</p>
    );
  return (
    <>
      <p>
        {t(
          'This device can tell you when there is something new, also while the portal is closed; never what it is. Only choose this on a device of your own: it stays on when you sign out.',
        )}
      </p>
      <p>
        <Button className="button secondary" isOff={on.isPending} onClick={() => on.mutate()}>
          {t('Tell me on this device')}
        </Button>
      </p>
      {on.error && <p role="alert">{t(PUSH_FAILED)}</p>}
    </>
  );
}

function One({ device }: { readonly device: Device }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const off = useAction({ act: () => turnOff(fhir, device), onSettled: () => refresh('push') });
  const name = device.isThis
    ? t('This device tells you of news.')
    : t('Another device, since {date}', { date: formatDate(device.since) });
  return (
    <li>
      {name}{' '}
      <Button className="button quiet" isOff={off.isPending} onClick={() => off.mutate()}>
        {t('Turn off')}
        <span className="visually-hidden">: {name}</span>
      </Button>
    </li>
  );
}
