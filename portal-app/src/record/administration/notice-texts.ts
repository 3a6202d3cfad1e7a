/** What patients are told that there is something: the standard words, and the clinic's own, which are an extension of its Organization. The server says how each is sent. */
import type { Extension, Organization, Parameters } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Text } from '../../i18n/text.ts';
import type { FhirApi } from '../../smart/fhir.ts';

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

/** The Organization with these words instead of those before; '' is the standard text. Everything else that it says stays. */
export function withText(
  organization: Organization,
  kind: string,
  texts: Readonly<Record<NoticeLanguage, string>>,
): Organization {
  const isOf = ({ url, extension = [] }: Extension): boolean =>
    url === NOTICE_TEXT && extension.some((each) => each.url === 'kind' && each.valueCode === kind);
  const { extension = [], ...rest } = organization;
  const own = Object.entries(texts).flatMap(([language, text]) =>
    text.trim() === '' ? [] : [extensionOf(kind, language, text.trim())],
  );
  const all = [...extension.filter((each) => !isOf(each)), ...own];
  return { ...rest, ...(all.length > 0 ? { extension: all } : {}) };
}

const extensionOf = (kind: string, language: string, text: string): Extension => ({
  url: NOTICE_TEXT,
  extension: [
    { url: 'kind', valueCode: kind },
    { url: 'language', valueCode: language },
    { url: 'text', valueString: text },
  ],
});

export async function saveText(
  fhir: FhirApi,
  organization: string,
  kind: string,
  texts: Readonly<Record<NoticeLanguage, string>>,
): Promise<void> {
  const found = await fhir.read<Organization>('Organization', organization);
  await fhir.update(withText(found, kind, texts));
}
