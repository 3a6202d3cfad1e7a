/** The words of a questionnaire. */
import type { QuestionnaireItem } from '@medplum/fhirtypes';
import { locale } from '../../i18n/language.ts';

const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';

/** What an item says, in the reader’s language where the clinic has it (extension translation); its linkId where it says nothing. */
export function itemText(item: QuestionnaireItem): string {
  const { _text } = item as { readonly _text?: { readonly extension?: readonly Translation[] } };
  const language = locale().slice(0, 2);
  const found = _text?.extension?.find(
    ({ url, extension = [] }) =>
      url === TRANSLATION && extension.some(({ valueCode }) => valueCode?.slice(0, 2) === language),
  );
  return found?.extension?.find(({ url }) => url === 'content')?.valueString ?? item.text ?? item.linkId;
}

interface Translation {
  readonly url?: string;
  readonly extension?: readonly {
    readonly url?: string;
    readonly valueCode?: string;
    readonly valueString?: string;
  }[];
}
