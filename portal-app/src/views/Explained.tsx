/** The way from a result, a problem or a medicine to what explains it: our article, else MedlinePlus by its code. */
import type { CodeableConcept } from '@medplum/fhirtypes';
import { Link } from 'react-router';
import { useLanguage } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { articleFor } from '../record/education/articles.ts';
import { medlinePlusUrl } from '../record/education/medline-plus.ts';

/** `name`: of what is explained, for those who hear the link by itself. */
export function Explained({
  concept,
  name,
}: {
  readonly concept: CodeableConcept | undefined;
  readonly name: string;
}) {
  const article = articleFor(concept);
  const url = medlinePlusUrl(concept, useLanguage());
  if (article)
    return (
      <Link to={`/learn/articles/${article.id}`} className="lone">
        {t('More about it: {title}', { title: t(article.title) })}
      </Link>
    );
  if (!url) return null;
  return (
    <a href={url} className="lone" target="_blank" rel="noreferrer">
      {t('About it at MedlinePlus (opens another site)')}
      <span className="visually-hidden">: {name}</span>
    </a>
  );
}
