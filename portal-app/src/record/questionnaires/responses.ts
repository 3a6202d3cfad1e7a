/** Questionnaires that were filled in, page by page, with what each is called. */
import type { Questionnaire, QuestionnaireResponse } from '@medplum/fhirtypes';
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { Fhir, Page } from '../../smart/fhir.ts';

interface Filled extends Page<QuestionnaireResponse> {
  readonly forms: readonly Questionnaire[];
}

const PAGE = '30';

export const responsesQuery = (fhir: Fhir) =>
  infiniteQueryOptions({
    queryKey: ['questionnaire-responses', fhir.patient],
    queryFn: async ({ pageParam }): Promise<Filled> => {
      const page =
        pageParam === ''
          ? await fhir.search<QuestionnaireResponse>('QuestionnaireResponse', {
              patient: fhir.patient,
              status: 'completed,amended,in-progress',
              _sort: '-authored',
              _count: PAGE,
            })
          : await fhir.follow<QuestionnaireResponse>(pageParam);
      return { ...page, forms: await formsOf(fhir, page.resources) };
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

/** Those that are here; one that is not, or not for this reader, leaves its answers without a name. */
async function formsOf(
  fhir: Fhir,
  responses: readonly QuestionnaireResponse[],
): Promise<readonly Questionnaire[]> {
  const urls = [...new Set(responses.flatMap(({ questionnaire }) => nameOf(questionnaire) ?? []))];
  if (urls.length === 0) return [];
  try {
    const { resources } = await fhir.search<Questionnaire>('Questionnaire', {
      url: urls.join(','),
      _elements: 'url,title,name,status',
      _count: '100',
    });
    return resources;
  } catch {
    return [];
  }
}

/** A canonical without its version. */
const nameOf = (canonical: string | undefined): string | undefined => canonical?.split('|')[0];

/** '' = nobody says what it is called. */
export function responseTitle(
  { questionnaire }: QuestionnaireResponse,
  forms: readonly Questionnaire[],
): string {
  const form = forms.find(({ url }) => url !== undefined && url === nameOf(questionnaire));
  return form?.title ?? form?.name ?? '';
}
