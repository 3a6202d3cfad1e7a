/** Articles, and tools that do something. */
import { type Text, t } from '../../../i18n/text.ts';
import { isOpen } from '../../../record/about-pages.ts';
import { ARTICLES } from '../../../record/education/articles.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { LinkRows } from '../../../ui/LinkRows.tsx';
import { PageHead } from '../../../ui/parts.tsx';

const TOOLS: readonly (readonly [to: string, name: Text, about: Text])[] = [
  [
    '/prevention',
    'Prevention',
    'Screenings and vaccinations that are due, and a record of vaccinations to print',
  ],
  [
    '/readings',
    'Home readings',
    'Blood pressure, blood sugar, weight and more; your care team sees them too',
  ],
  ['/learn/body-mass', 'Body mass index', 'From height and weight, and what it can’t tell'],
  ['/learn/heart-age', 'Heart age', 'Your risk of heart disease, as an age'],
  ['/medications/schedule', 'What to take when', 'Your medicines over the day, to print'],
  ['/questionnaires', 'Questionnaires', 'Mood (PHQ-9) and worry (GAD-7)'],
];

export function LearnPage() {
  const { fhir } = usePortal();
  const tools = TOOLS.filter(([to]) => isOpen(to, fhir.offers));
  return (
    <>
      <PageHead title={t('Learn')} />
      <h2>{t('Tools')}</h2>
      <LinkRows places={tools.map(([to, name, about]) => [to, t(name), t(about)] as const)} />
      <h2>{t('Articles')}</h2>
      <LinkRows
        places={ARTICLES.map(
          ({ id, title, about }) => [`/learn/articles/${id}`, t(title), t(about)] as const,
        )}
      />
    </>
  );
}
