/** In the place of a page of what this person may not read: an empty one would say that there is nothing. */
import { Link } from 'react-router';
import { t } from '../i18n/text.ts';
import { PageHead } from './parts.tsx';

export function NotOpenPage() {
  return (
    <>
      <PageHead title={t('This part is not open to you')} />
      <p>{t('It may hold something all the same. Ask whoever opened the record to you, or the clinic.')}</p>
      <p>
        <Link to="/">{t('Go to the first page')}</Link>
      </p>
    </>
  );
}
