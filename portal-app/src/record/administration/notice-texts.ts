/** What patients are told that there is something: the standard words, and the clinic's own, which are an extension of its Organization. The server says how each is sent. */
import type { Extension, Organization, Parameters } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Text } from '../../i18n/text.ts';
import { type FhirApi, FhirFailure } from '../../smart/fhir.ts';

const NOTICE_TEXT = 'urn:wellspring:notice-text';

export const NOTICE_KINDS: Readonly<Record<string, Text>> = {
  message: 'A new message',
  result: 'A new result, or something else in the record',
  visit: 'A visit was booked, moved or cancelled',
  refill: 'An answer to a request',
  reminder: 'A visit is coming up',
  offer: 'A time from the waiting list',
  form: 'Something to fill in',
  contact: 'Contact details were changed',
  age: 'What changes with a child’s age',
};

export type NoticeLanguage = 'en' | 'es';

/** As a patient who reads this language is told. */
export interface NoticeText {
  readonly kind: string;
  readonly language: NoticeLanguage;
  readonly standard: string;
  readonly own: string | undefined;
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
}

/** `organization`: its id. */
export const noticeTextsQuery = (fhir: FhirApi, organization: string) =>
  queryOptions({
    queryKey: ['notice-texts', organization],
    queryFn: async () => textsOf(await fhir.get<Parameters>(`Organization/${organization}/$notice-texts`)),
  });

/** How these words would be sent. Rejects with a FhirFailure of status 422 where they can't be used. */
export async function tryText(
  fhir: FhirApi,
  organization: string,
  asked: { readonly kind: string; readonly language: NoticeLanguage; readonly text: string },
): Promise<NoticeText | undefined> {
  const query = new URLSearchParams({ ...asked, text: asked.text.trim() });
  const [found] = textsOf(await fhir.get<Parameters>(`Organization/${organization}/$notice-texts?${query}`));
  return found;
}

const textsOf = ({ parameter = [] }: Parameters): readonly NoticeText[] =>
  parameter.map(({ part = [] }) => {
    const of = (name: string): string | undefined => {
      const found = part.find((each) => each.name === name);
      return found?.valueCode ?? found?.valueString;
    };
    return {
      kind: of('kind') ?? '',
      language: of('language') as NoticeLanguage,
      standard: of('standard') ?? '',
      own: of('own'),
      subject: of('subject') ?? '',
      email: of('email') ?? '',
      sms: of('sms') ?? '',
    };
  });

type OwnWords = Readonly<Record<NoticeLanguage, string>>;

/** The Organization with these words instead of those before; '' is the standard text. Everything else that it says stays. */
export function withText(organization: Organization, kind: string, texts: OwnWords): Organization {
  const isOf = isOfKind(kind);
  const { extension = [], ...rest } = organization;
  const own = Object.entries(texts).flatMap(([language, text]) =>
    text.trim() === '' ? [] : [extensionOf(kind, language, text.trim())],
  );
  const all = [...extension.filter((each) => !isOf(each)), ...own];
  return { ...rest, ...(all.length > 0 ? { extension: all } : {}) };
}

const isOfKind =
  (kind: string) =>
  ({ url, extension = [] }: Extension): boolean =>
    url === NOTICE_TEXT && extension.some((each) => each.url === 'kind' && each.valueCode === kind);

function ownWords({ extension = [] }: Organization, kind: string): OwnWords {
  const words = { en: '', es: '' };
  for (const { extension: parts = [] } of extension.filter(isOfKind(kind))) {
    const language = parts.find(({ url }) => url === 'language')?.valueCode;
    const text = parts.find(({ url }) => url === 'text')?.valueString;
    if (language === 'en' || language === 'es') words[language] = text ?? '';
  }
  return words;
}

const extensionOf = (kind: string, language: string, text: string): Extension => ({
  url: NOTICE_TEXT,
  extension: [
    { url: 'kind', valueCode: kind },
    { url: 'language', valueCode: language },
    { url: 'text', valueString: text },
  ],
});

/** `before`: the clinic's own words that were looked at. Rejects with a FhirFailure of status 412 where others stand there by now. */
export async function saveText(
  fhir: FhirApi,
  organization: string,
  kind: string,
  { words, before }: { readonly words: OwnWords; readonly before: OwnWords },
): Promise<void> {
  const found = await fhir.read<Organization>('Organization', organization);
  const now = ownWords(found, kind);
  // Whatever else of it changed since is no matter of these words.
  if (now.en !== before.en || now.es !== before.es) throw new FhirFailure(412);
  await fhir.update(withText(found, kind, words));
}
