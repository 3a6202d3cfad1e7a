/** The tab's title: what is new before the page's name, so that it is seen from another tab. */
import { useEffect } from 'react';
import { t } from '../i18n/text.ts';
import { appName } from './app-name.ts';

let page = '';
let news = 0;

function write(): void {
  const title = page === '' ? t(appName()) : `${page} · ${t(appName())}`;
  document.title = news > 0 ? `(${news}) ${title}` : title;
}

export function usePageTitle(title: string): void {
  useEffect(() => {
    page = title;
    write();
  }, [title]);
}

export function useNewsInTitle(count: number): void {
  useEffect(() => {
    news = count;
    write();
  }, [count]);
}
