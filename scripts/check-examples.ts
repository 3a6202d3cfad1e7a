/**
 * Published resources through the server's own reading, validation and writing: `npm run examples -- PATH…`, each a FHIR package (.tgz), a folder or a
 * JSON file. One line for each that is not valid R4, or does not come out as it went in (id, versionId and lastUpdated aside).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { resourceIssues } from '../fhir-server/src/repository/checks/check-resource.ts';
import {
  parseJson,
  type ResourceJson,
  resourceText,
  stringifyJson,
} from '../fhir-server/src/repository/text/resource-text.ts';
import { readPackage } from '../profiles/src/packages/read-package.ts';

function* textsOf(path: string): Generator<string> {
  if (path.endsWith('.tgz'))
    for (const resource of readPackage(readFileSync(path)).resources) yield JSON.stringify(resource);
  else if (statSync(path).isDirectory())
    for (const name of readdirSync(path)) yield* textsOf(join(path, name));
  else if (path.endsWith('.json')) yield readFileSync(path, 'utf8');
}

/** What is stored and read again, as text, with the members that a server sets taken away. */
function stored(resource: ResourceJson): string {
  const { before, after } = resourceText(resource, 'x');
  return withoutServerMembers(parseJson(`${before}"versionId":"1"${after}`) as ResourceJson);
}

function withoutServerMembers({ resourceType, id: _, meta, ...rest }: ResourceJson): string {
  const { versionId: __, lastUpdated: ___, ...kept } = (meta ?? {}) as Record<string, unknown>;
  return stringifyJson({ resourceType, ...(Object.keys(kept).length > 0 ? { meta: kept } : {}), ...rest });
}

let [read, refused, changed] = [0, 0, 0];
for (const path of process.argv.slice(2)) {
  for (const text of textsOf(path)) {
    const resource = parseJson(text) as ResourceJson;
    if (typeof resource?.resourceType !== 'string') continue;
    read += 1;
    const name = `${resource.resourceType}/${resource.id}`;
    const fault = resourceIssues(resource).find(({ severity }) => severity === 'error');
    if (fault) {
      refused += 1;
      console.log(`${name}: ${fault.expression}: ${fault.diagnostics}`);
    }
    if (stored(resource) !== withoutServerMembers(resource)) {
      changed += 1;
      console.log(`${name}: it does not come out as it went in`);
    }
  }
}
console.log(`${read} resources: ${refused} not valid R4, ${changed} changed`);
