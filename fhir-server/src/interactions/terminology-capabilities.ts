/** https://hl7.org/fhir/R4/terminologycapabilities.html: what `metadata?mode=terminology` answers. Stored code systems are left out: whoever asks has no token. */
import { invalid, terminology } from '@wellspring/profiles';
import type { Reply, Services } from './request.ts';

/** https://hl7.org/fhir/R4/http.html#capabilities. Errors: 400 for a mode that there is not. */
export async function statementReply(services: Services, mode = 'full'): Promise<Reply> {
  if (mode === 'terminology')
    return { status: 200, headers: {}, body: await terminologyCapabilities(services) };
  // All of it is normative: what is not is not told apart.
  if (mode !== 'full' && mode !== 'normative') throw invalid("'mode' takes full, normative or terminology.");
  return { status: 200, headers: {}, body: services.statement };
}

async function terminologyCapabilities({ repository, limits, now }: Services): Promise<string> {
  const loaded = Map.groupBy(await repository.loadedSystems(), ({ url }) => url);
  const defined = terminology()
    .codeSystems()
    .filter(({ url, content }) => content === 'complete' && !loaded.has(url));
  return JSON.stringify({
    resourceType: 'TerminologyCapabilities',
    status: 'active',
    date: new Date(now()).toISOString(),
    kind: 'instance',
    software: { name: 'Wellspring', version: '0.1.0' },
    implementation: { description: 'Wellspring FHIR R4 server', url: repository.baseUrl },
    lockedDate: false,
    codeSystem: [
      ...[...loaded].map(([uri, versions]) => ({
        uri,
        version: versions.map(({ version }, i) => ({
          ...(version === undefined ? {} : { code: version }),
          // The last loaded one is used where none is named.
          isDefault: i === 0,
          compositional: false,
        })),
        subsumption: true,
      })),
      ...defined.map(({ url, version }) => ({
        uri: url,
        ...(version === undefined
          ? {}
          : { version: [{ code: version, isDefault: true, compositional: false }] }),
        subsumption: true,
      })),
    ],
    expansion: {
      hierarchical: true,
      paging: true,
      incomplete: false,
      parameter: [
        'url',
        'valueSet',
        'filter',
        'offset',
        'count',
        'activeOnly',
        'displayLanguage',
        'includeDesignations',
        'designation',
        'includeDefinition',
        'excludeNested',
        'excludeNotForUI',
        'exclude-system',
        'system-version',
        'check-system-version',
        'force-system-version',
      ].map((name) => ({ name })),
      textFilter: `Each word begins a word of one of a concept's texts, or its code. ${limits.maxExpansion} codes at most.`,
    },
    codeSearch: 'all',
    validateCode: { translations: true },
    translation: { needsMap: false },
    closure: { translation: false },
  });
}
