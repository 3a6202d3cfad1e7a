/** The design's arrows: each row says what a folder may not reach. Read by scripts/check-layers.ts. */
const inside = (folder) => `^fhir-server/src/${folder}/`;
const deny = (name, from, to, except) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '(\\.test\\.ts|/test/.*)$' },
  to: except ? { path: to, pathNot: except } : { path: to },
});

/** The floors of portal-app/src, from below: each may use those before it, no other (the two apps stand side by side). Exported for scripts/check-layers.ts. */
export const FLOORS = ['i18n', 'format', 'device', 'smart', 'record', 'ui', 'views', 'portal', 'desk'];
/** Beyond the order: the parts of pages know no record. */
const STRANGERS = { ui: ['smart', 'record'] };
const floor = (name) => `^portal-app/src/${name}/`;
const floors = FLOORS.slice(0, FLOORS.indexOf('portal')).map((name, i) =>
  deny(
    `${name}-uses-the-floors-below`,
    floor(name),
    `^portal-app/src/(${[...FLOORS.slice(i + 1), ...(STRANGERS[name] ?? [])].join('|')})/`,
  ),
);

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: 'node_modules' },
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    deny('serving-knows-nobody', '^serving/', '^(profiles|fhir-server|auth-server|portal-app|seed)/'),
    deny('profiles-knows-nobody', '^profiles/', '^(serving|fhir-server|auth-server|portal-app|seed)/'),
    deny('fhir-server-knows-profiles-only', '^fhir-server/', '^(auth-server|portal-app|seed)/'),
    deny('auth-server-knows-nobody', '^auth-server/', '^(profiles|fhir-server|portal-app|seed)/'),
    // Of profiles the units, the names of a plan's activities, when a clinic is closed, and how a dose is written: leaves without data.
    deny(
      'portal-app-knows-nobody',
      '^portal-app/',
      '^(profiles/(?!src/(ucum|plan-activity|closed-times|put-off|timing-code|dose-form)\\.ts)|fhir-server|auth-server|seed)/',
    ),
    deny('seed-knows-profiles-only', '^seed/', '^(fhir-server|auth-server|portal-app)/'),
    deny(
      'store-is-the-bottom',
      inside('store'),
      '^fhir-server/src/(http|interactions|repository|access|jobs)/',
    ),
    deny(
      'store-knows-the-tree-only',
      inside('store'),
      inside('search'),
      'fhir-server/src/search/(query|index-entry|satisfies)\\.ts$',
    ),
    deny('adapters-are-strangers', inside('store/sqlite'), inside('store/mongodb')),
    deny('adapters-are-strangers-too', inside('store/mongodb'), inside('store/sqlite')),
    deny(
      'search-knows-no-database',
      inside('search'),
      '^fhir-server/src/(http|interactions|repository|access|store|jobs)/',
    ),
    deny(
      'access-is-above-search',
      inside('access'),
      '^fhir-server/src/(http|interactions|repository|store|jobs)/',
    ),
    deny(
      'subscriptions-are-read-below-the-repository',
      inside('subscriptions'),
      '^fhir-server/src/(http|interactions|operations|repository|store|jobs)/',
    ),
    deny('repository-knows-no-http', inside('repository'), '^fhir-server/src/(http|interactions|jobs)/'),
    deny('interactions-know-no-http', inside('interactions'), '^fhir-server/src/(http|jobs)/'),
    deny(
      'only-the-repository-opens-the-store',
      '^fhir-server/src/(http|interactions)/',
      inside('store'),
      'fhir-server/src/store/store\\.ts$',
    ),
    deny(
      'express-stays-in-http',
      '^fhir-server/src/(interactions|repository|access|search|store|jobs)/',
      'node_modules/express/',
    ),
    deny(
      'mongodb-stays-in-its-adapters',
      '^fhir-server/src/(?!mongodb/|store/mongodb/|audit/mongodb-|terminology/tables/mongodb-)',
      'node_modules/mongodb/',
    ),
    deny(
      'terminology-is-below',
      inside('terminology'),
      '^fhir-server/src/(http|interactions|operations|repository|access|jobs|store/(sqlite|mongodb))/',
    ),
    deny(
      'audit-is-below',
      inside('audit'),
      '^fhir-server/src/(http|interactions|operations|repository|access|store|jobs)/',
    ),
    deny(
      'auth-storage-is-the-bottom',
      '^auth-server/src/(storage|crypto)/',
      '^auth-server/src/(?!storage/|crypto/|config\\.ts)',
    ),
    deny(
      'auth-mongodb-stays-in-its-adapter',
      '^auth-server/src/(?!storage/mongodb/)',
      'node_modules/mongodb/',
    ),
    deny(
      'accounts-know-no-pages',
      '^auth-server/src/(accounts|smart|messages|fhir|registration/policy)',
      '^auth-server/src/(pages|interactions|views|admin|developers|app\\.ts|services\\.ts)',
    ),
    deny(
      'express-stays-out-of-accounts',
      '^auth-server/src/(accounts|storage|crypto|messages|fhir)/',
      'node_modules/express/',
    ),
    deny(
      'views-decide-nothing',
      '^auth-server/src/views/',
      '^auth-server/src/(pages|interactions|launch|admin)/',
    ),
    ...floors,
    deny('ui-knows-no-fhir', floor('ui'), 'node_modules/(@medplum/fhirtypes|fhir-kit-client|oauth4webapi)/'),
    deny('the-portal-knows-no-desk', floor('portal'), floor('desk')),
    deny('the-desk-knows-no-portal', floor('desk'), floor('portal')),
    deny(
      'areas-are-strangers',
      '^portal-app/src/(portal|desk)/areas/([^/]+)/',
      '^portal-app/src/(portal|desk)/areas/',
      '^portal-app/src/$1/areas/$2/',
    ),
    deny(
      'areas-know-no-frame',
      '^portal-app/src/(portal|desk)/areas/',
      '^portal-app/src/(portal|desk)/[^/]+$',
    ),
    deny('operations-know-no-http', inside('operations'), '^fhir-server/src/(http|jobs)/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.cache)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
    },
  },
};
