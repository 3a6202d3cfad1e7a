/** A page of its own chunk, by its address. */
import { type ComponentType, useState } from 'react';
import { loadPageTexts } from '../i18n/language.ts';
import { later } from './later.tsx';

/** Fetched when it is first opened; drawn at once where it was fetched before, for React holds back what it has to wait for by 300 ms. */
export function page(path: string, load: () => Promise<ComponentType>) {
  let loaded: ComponentType | undefined;
  const fetchPage = async (): Promise<ComponentType> => {
    [loaded] = await Promise.all([load(), loadPageTexts()]);
    return loaded;
  };
  const Later = later(fetchPage);
  function Page() {
    const [Content] = useState(() => loaded ?? Later);
    return <Content />;
  }
  return { path, load: fetchPage, Component: Page };
}
