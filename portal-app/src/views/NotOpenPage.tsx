/** In the place of a page of what this person may not read: an empty one would say that there is nothing. */
import { Link } from 'react-router';
import { t } from '../i18n/text.ts';
import { isOwnRecord } from '../record/patient/whose.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { PageHead } from '../ui/parts.tsx';

export function NotOpenPage() {
  const isOwn = isOwnRecord(usePortal().fhir);
  return (
    <>
      <PageHead title={t('This part is not open to you')} />
      <p>
        {isOwn
          ? t(
              'It was not shared with the portal when you signed in, or the clinic does not show it here. To share it, sign out and in again, and leave it ticked.',
            )
          : t('It may hold something all the same. Ask whoever opened the record to you, or the clinic.')}
      </p>
      <p>
        <Link to="/">{t('Go to the first page')}</Link>
      </p>
    </>
  );
}
