/** One article, with its source and the way to ask somebody. */
import { Link, useParams } from 'react-router';
import { fill, t } from '../../../i18n/text.ts';
import { useArticleTexts } from '../../../i18n/use-further-texts.ts';
import { isOpen } from '../../../record/about-pages.ts';
import { ARTICLES } from '../../../record/education/articles.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { Said } from '../../../ui/clinic.tsx';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { Card, PageHead, Skeleton } from '../../../ui/parts.tsx';

export function ArticlePage() {
  const { fhir } = usePortal();
  const { id } = useParams();
  const isReady = useArticleTexts();
  const article = ARTICLES.find((each) => each.id === id);
  if (!article) return <NotFoundPage />;
  return (
    <>
      <BackLink to="/learn">{t('Learn')}</BackLink>
      <PageHead title={t(article.title)} />
      {!isReady && <Skeleton rows={3} />}
      {isReady &&
        article.sections.map(([heading, text]) => (
          <Card key={heading} title={t(heading)}>
            <p>
              <Said text={text} />
            </p>
          </Card>
        ))}
      <p className="muted">
        {fill('General information, not advice about you. Source: {source} (opens another site).', {
          source: (
            <a key="source" href={article.source.url} target="_blank" rel="noreferrer">
              {article.source.name}
            </a>
          ),
        })}
      </p>
      {isOpen('/messages/new', fhir.offers) && (
        <p>
          <Link to="/messages/new">{t('Ask your care team')}</Link>
        </p>
      )}
    </>
  );
}
