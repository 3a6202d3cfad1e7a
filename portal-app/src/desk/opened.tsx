/** The desk, in its language. */
import { createRoot } from 'react-dom/client';
import { speak, speakFrom } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { wishedLanguage } from '../i18n/wished.ts';
import { setServiceLevels } from '../record/work/service-levels.ts';
import type { AppConfig } from '../smart/config.ts';
import { callFailures } from '../smart/fhir.ts';
import { staffFailure } from '../smart/staff-failures.ts';
import { nameApp } from '../ui/app-name.ts';
import { App } from './app.tsx';

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
const language = speak(wishedLanguage()).catch(() => undefined);

export const open = (settings: Promise<AppConfig>): Promise<void> =>
  Promise.all([settings, language]).then(
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
