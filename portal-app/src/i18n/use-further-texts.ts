/** Texts in the reader's language that few pages say: English is in the code, others come with the first that says them. False until they are there. */
import { useEffect, useState } from 'react';
import { type Dictionary, learnTexts, useLanguage } from './language.ts';

function furtherTexts(fetchTexts: () => Promise<Dictionary>): () => boolean {
  let isLoaded = false;
  return function useFurtherTexts() {
    const language = useLanguage();
    const [isReady, setReady] = useState(language === 'en' || isLoaded);
    useEffect(() => {
      if (isReady) return;
      fetchTexts()
        .then((texts) => {
          learnTexts(texts);
          isLoaded = true;
        })
        // Better in English than not at all.
        .catch(() => undefined)
        .finally(() => setReady(true));
    }, [isReady]);
    return isReady;
  };
}

export const useArticleTexts = furtherTexts(async () => (await import('./es/articles.ts')).articles);

/** What FHIR's types are called, and what they are about. */
export const useThingTexts = furtherTexts(async () => (await import('./es/things.ts')).things);
