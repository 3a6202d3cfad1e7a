/** The desk's first lines: styles, language, settings, app. */
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { createRoot } from 'react-dom/client';
import { browserLanguage, chosenLanguage, speak, speakFrom } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { setServiceLevels } from '../record/work/service-levels.ts';
import { loadConfig } from '../smart/config.ts';
import { callFailures } from '../smart/fhir.ts';
import { staffFailure } from '../smart/staff-failures.ts';
import { nameApp } from '../ui/app-name.ts';
import { App } from './app.tsx';
import { DESK_SCOPE } from './scopes.ts';

nameApp('The care team’s desk');
callFailures(staffFailure);
speakFrom(async () => {
  const [{ spanish }, { spanishOfPages }, { spanishOfDesk }] = await Promise.all([
    import('../i18n/es/index.ts'),
    import('../i18n/es/pages.ts'),
    import('../i18n/es/desk-all.ts'),
  ]);
  return { ...spanish, ...spanishOfPages, ...spanishOfDesk };
});

const root = createRoot(document.getElementById('root') as HTMLElement);
// Without its texts the desk still speaks English.
const language = speak(chosenLanguage() ?? browserLanguage() ?? 'en').catch(() => undefined);
Promise.all([loadConfig({ meantFor: 'staff', scope: DESK_SCOPE }), language]).then(
  ([config]) => {
    if (config.serviceLevels) setServiceLevels(config.serviceLevels);
    root.render(<App config={config} />);
  },
  () =>
    root.render(
      <main className="unavailable">
        <h1>{t('The desk is not available')}</h1>
        <p>{t('Please try again in a few minutes.')}</p>
      </main>,
    ),
);
