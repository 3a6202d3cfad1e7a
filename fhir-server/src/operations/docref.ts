/** `DocumentReference/$docref` (US Core, OperationDefinition-docref): references to the documents of a patient. */
import { invalid } from '@wellspring/profiles';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { bundle, plainPage } from '../interactions/searchset.ts';
import { inputOf } from './parameters.ts';

/** What is stored is what there is: no document is made on demand, so a type of which there is none gives an empty Bundle. */
export async function docref(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, ['patient', 'start', 'end', 'type', 'on-demand', 'profile', '_count']);
  const patient = input.one('patient');
  if (!patient) throw invalid("$docref needs a 'patient'.", 'Parameters.parameter');
  const type = input.value('type') as { coding?: readonly { system?: string; code?: string }[] } | undefined;
  const coding = type?.coding?.[0];
  const token = input.one('type') ?? (coding ? `${coding.system ?? ''}|${coding.code ?? ''}` : undefined);
  const query: [string, string][] = [
    ['patient', patient],
    ['status', 'current'],
    ...(token === undefined ? [] : [['type', token] as [string, string]]),
    ...(input.one('start') === undefined ? [] : [['period', `ge${input.one('start')}`] as [string, string]]),
    ...(input.one('end') === undefined ? [] : [['period', `le${input.one('end')}`] as [string, string]]),
    ['_count', input.one('_count') ?? String(services.limits.maxCount)],
  ];
  const asked = await parse(services, request, 'DocumentReference', query);
  const page = await services.repository.search(request.access, { ...asked, total: 'accurate' });
  return bundle(services, asked, 'DocumentReference', plainPage(asked, page), []);
}
