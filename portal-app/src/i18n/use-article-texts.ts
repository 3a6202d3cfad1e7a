/** The texts of the articles in the reader's language: English is in the code, others come when an article is opened. False until they are there. */
import { useEffect, useState } from 'react';
import { learnTexts, useLanguage } from './language.ts';

let isLoaded = false;

export function useArticleTexts(): boolean {
  const language = useLanguage();
  const [isReady, setReady] = useState(language === 'en' || isLoaded);
  useEffect(() => {
    if (isReady) return;
    import('./es/articles.ts')
      .then(({ articles }) => {
        learnTexts(articles);
        isLoaded = true;
      })
      // Better in English than not at all.
      .catch(() => undefined)
      .finally(() => setReady(true));
  }, [isReady]);
  return isReady;
}
