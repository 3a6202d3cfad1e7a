/** The way to family access, which lives with the accounts: whom the patient lets see what, or what was opened to who reads this. */
import { t } from '../../../i18n/text.ts';
import { isOwnRecord } from '../../../record/patient/whose.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Card } from '../../../ui/parts.tsx';
import { AgeChanges } from '../../../views/AgeChanges.tsx';

export function FamilyCard({ accountUrl }: { readonly accountUrl: string }) {
  const { fhir } = usePortal();
  const isOwn = isOwnRecord(fhir);
  return (
    <Card title={t('Family access')}>
      <p>
        {t(
          isOwn
            ? 'Let somebody help you, with an account of their own: for visits, messages or results, until a day that you choose. You see who opened your record, and can end it at any time.'
            : 'What was opened to you, until when, and how to give it up.',
        )}
      </p>
      <AgeChanges />
      <p>
        <a href={new URL('/account/family', accountUrl).href}>
          {t(isOwn ? 'See, invite, limit or end' : 'See what was opened to me')}
        </a>
      </p>
    </Card>
  );
}
