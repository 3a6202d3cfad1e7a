/** One article, with its source and the way to ask somebody. */
import { Link, useParams } from 'react-router';
import { NotFoundPage } from '../../ui/NotFoundPage.tsx';
import { Card, PageHead } from '../../ui/parts.tsx';
import { ARTICLES } from './articles.ts';

export function ArticlePage() {
  const { id } = useParams();
  const article = ARTICLES.find((each) => each.id === id);
  if (!article) return <NotFoundPage />;
  return (
    <>
      <p>
        <Link to="/learn">‹ Learn</Link>
      </p>
      <PageHead title={article.title} />
      {article.sections.map(([heading, text]) => (
        <Card key={heading} title={heading}>
          <p>{text}</p>
        </Card>
      ))}
      <p className="muted">
        General information, not advice about you. Source:{' '}
        <a href={article.source.url} target="_blank" rel="noreferrer">
          {article.source.name}
        </a>{' '}
        (opens another site).
      </p>
      <p>
        <Link to="/messages/new">Ask your care team</Link>
      </p>
    </>
  );
}
