/** A MeasureReport against its Measure, contained or stored here, as far as the caller may read it. */
import { type Issue, type Measure, validateReport } from '@wellspring/profiles';
import type { StoredCanonicals } from '../../terminology/stored.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import { publishedBeside } from './check-answers.ts';

/** [] for other resources. A Measure that is not here is a warning. `beside`: what stands in the same Bundle; `holder`: what the Measure may be contained in. */
export async function reportIssues(
  stored: Pick<StoredCanonicals, 'byUrl'>,
  resource: ResourceJson,
  beside: readonly ResourceJson[] = [],
  holder: ResourceJson = resource,
): Promise<Issue[]> {
  const { resourceType, measure: canonical } = resource;
  if (resourceType !== 'MeasureReport' || typeof canonical !== 'string') return [];
  const measure = canonical.startsWith('#')
    ? contained(holder, canonical)
    : (publishedBeside<Measure>(beside, 'Measure', canonical) ??
      (await stored.byUrl<Measure>('Measure', canonical))[0]);
  if (measure) return validateReport(resource, measure);
  return [
    {
      severity: 'warning',
      code: 'not-found',
      diagnostics: 'The report was not checked by its Measure: that is not known here.',
      expression: 'MeasureReport.measure',
    },
  ];
}

const contained = (resource: ResourceJson, canonical: string): ResourceJson | undefined =>
  (Array.isArray(resource.contained) ? (resource.contained as ResourceJson[]) : []).find(
    ({ resourceType, id }) => resourceType === 'Measure' && `#${id}` === canonical,
  );
