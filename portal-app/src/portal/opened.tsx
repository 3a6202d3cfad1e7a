/** The portal, in its language. */
import { createRoot } from 'react-dom/client';
import { loadPageTexts, speak, speakFrom } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { wishedLanguage } from '../i18n/wished.ts';
import type { AppConfig } from '../smart/config.ts';
import { pendingLaunch } from '../smart/launch.ts';
import { Said } from '../ui/clinic.tsx';
import { App, preloadPage, preloadPointedAt } from './app.tsx';

preloadPage(pendingLaunch()?.returnTo.split('?')[0] ?? location.pathname);
addEventListener('pointerover', preloadPointedAt, { passive: true });

const root = createRoot(document.getElementById('root') as HTMLElement);
// Without its texts the portal still speaks English.
speakFrom(
  async () => (await import('../i18n/es/index.ts')).spanish,
  async () => (await import('../i18n/es/pages.ts')).spanishOfPages,
);
const language = speak(wishedLanguage()).catch(() => undefined);

export const open = (settings: Promise<AppConfig>): Promise<void> =>
  Promise.all([settings, language]).then(
    async ([config]) => {
      // Whoever was sent a link has no account here: their page knows nothing of sign-ins.
      if (location.pathname === '/shared') {
        const [{ SharedPage }] = await Promise.all([
          import('./areas/sharing/SharedPage.tsx'),
          loadPageTexts(),
        ]);
        root.render(<SharedPage config={config} />);
      } else root.render(<App config={config} />);
    },
    () =>
      root.render(
        <main className="unavailable">
          <h1>{t('The portal is not available')}</h1>
          <p>
            <Said text="Please try again in a few minutes. If it is urgent, call the clinic." />
          </p>
        </main>,
      ),
  );
