/** A page of its own chunk, by its address. */
import { type ComponentType, lazy, useState } from 'react';
import { loadPageTexts } from '../i18n/language.ts';

/** Fetched when it is first opened; drawn at once where it was fetched before, for React holds back what it has to wait for by 300 ms. */
export function page(path: string, load: () => Promise<ComponentType>) {
  let loaded: ComponentType | undefined;
  const fetchPage = async (): Promise<ComponentType> => {
    [loaded] = await Promise.all([load(), loadPageTexts()]);
    return loaded;
  };
  const Later = lazy(async () => ({ default: await fetchPage() }));
  function Page() {
    const [Content] = useState(() => loaded ?? Later);
    return <Content />;
  }
  return { path, load: fetchPage, Component: Page };
}
