/** An address that leads nowhere. */
import { Link } from 'react-router';
import { fill, t } from '../i18n/text.ts';
import { PageHead } from './parts.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageHead title={t('There is no such page')} />
      <p>
        {fill('The link may be old. {link}.', {
          link: (
            <Link key="home" to="/">
              {t('Go to the first page')}
            </Link>
          ),
        })}
      </p>
    </>
  );
}
