/** All that has no place of its own in the bar of a phone or the rail of a desk. */
import { plural, type Text, t } from '../../../i18n/text.ts';
import { isOpen } from '../../../record/about-pages.ts';
import { useNewsList } from '../../../record/glance/use-news.ts';
import { countAt } from '../../../record/inbox/news.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { LanguageSwitch } from '../../../ui/LanguageSwitch.tsx';
import { LinkRows } from '../../../ui/LinkRows.tsx';
import { PageHead, Pill } from '../../../ui/parts.tsx';

const PAGES: readonly (readonly [to: string, name: Text, about: Text])[] = [
  ['/inbox', 'What is new', 'Messages, results, visits, documents and answers that are new'],
  ['/medications', 'Medicines', 'What you take now, and before'],
  ['/records', 'Records', 'Search everything; health problems, allergies, vaccinations, notes'],
  ['/care-plan', 'Care plan', 'Goals and where they stand, and what there is to do'],
  [
    '/readings',
    'Home readings',
    'Blood pressure, blood sugar, weight and more; your care team sees them too',
  ],
  [
    '/prevention',
    'Prevention',
    'Screenings and vaccinations that are due, and a record of vaccinations to print',
  ],
  ['/learn', 'Learn', 'Articles and calculators'],
  ['/summary', 'Health summary', 'One page for another doctor, on screen or on paper'],
  ['/questionnaires', 'Questionnaires', 'How you have been lately, and before a visit'],
  ['/bills', 'Bills', 'What you were billed, what the insurance paid, and what is owed'],
  ['/letters', 'Letters and forms', 'Ask the clinic for a letter or for papers, and hand in forms'],
  ['/access', 'Who looked at my record', 'The log that the clinic’s server keeps'],
  ['/profile', 'Profile', 'Contact details, insurance, notices, family access, connected apps'],
];

export function MorePage() {
  const { fhir, signOut } = usePortal();
  const news = useNewsList();
  const pages = PAGES.filter(([to]) => isOpen(to, fhir.offers));
  return (
    <>
      <PageHead title={t('Menu')} />
      <LinkRows
        places={pages.map(([to, name, about]) => {
          const count = countAt(news, to);
          const mark = count > 0 && <Pill kind="info">{plural(count, '1 new', '{count} new')}</Pill>;
          return [to, t(name), t(about), mark] as const;
        })}
      />
      <p>
        <LanguageSwitch />{' '}
        <button type="button" className="button secondary" onClick={() => void signOut('forget')}>
          {t('Sign out')}
        </button>
      </p>
    </>
  );
}
