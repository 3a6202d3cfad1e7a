/** The other language, named in itself. */
import { chooseLanguage, useLanguage } from '../i18n/language.ts';

export function LanguageSwitch() {
  const [other, name] = useLanguage() === 'en' ? (['es', 'Español'] as const) : (['en', 'English'] as const);
  return (
    <button type="button" className="button quiet" lang={other} onClick={() => void chooseLanguage(other)}>
      {name}
    </button>
  );
}
