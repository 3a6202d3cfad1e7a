/** The portal's first lines: styles, language, settings, app. */
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { createRoot } from 'react-dom/client';
import { browserLanguage, chosenLanguage, loadPageTexts, speak, speakFrom } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { loadConfig } from '../smart/config.ts';
import { pendingReturnTo } from '../smart/session.ts';
import { Said } from '../ui/clinic.tsx';
import { App, preloadPage, preloadPointedAt } from './app.tsx';
import { PORTAL_SCOPE } from './scopes.ts';

preloadPage(pendingReturnTo()?.split('?')[0] ?? location.pathname);
addEventListener('pointerover', preloadPointedAt, { passive: true });

const root = createRoot(document.getElementById('root') as HTMLElement);
// Without its texts the portal still speaks English.
speakFrom(
  async () => (await import('../i18n/es/index.ts')).spanish,
  async () => (await import('../i18n/es/pages.ts')).spanishOfPages,
);
const language = speak(chosenLanguage() ?? browserLanguage() ?? 'en').catch(() => undefined);
Promise.all([loadConfig({ meantFor: 'patients', scope: PORTAL_SCOPE }), language]).then(
  async ([config]) => {
    // Whoever was sent a link has no account here: their page knows nothing of sign-ins.
    if (location.pathname === '/shared') {
      const [{ SharedPage }] = await Promise.all([import('./areas/sharing/SharedPage.tsx'), loadPageTexts()]);
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
