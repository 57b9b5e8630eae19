/** The direction of dependency; ARCHITECTURE.md says why. */
const domains = [
  'users',
  'sessions',
  'social',
  'notifications',
  'files',
  'catalog',
  'broadcasts',
  'orders',
  'payments',
  'points',
  'chat',
  'follows',
  'reactions',
  'polls',
  'questions',
  'sellers',
  'banks',
  'departures',
  'jobs',
  'audits',
  'vault',
  'privacy',
];

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Modules that need each other are one module.',
      severity: 'error',
      // Types of a neighbour are no dependency at run time.
      from: { pathNot: '^proto/gen' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'edges-reach-domains-by-rpc',
      comment: 'api, realtime, workers and sandbox reach a domain through its gRPC client only.',
      severity: 'error',
      from: { path: '^(api|realtime|workers|sandbox)/' },
      to: { path: '^(grpc|launch|main)' },
    },
    {
      name: 'edges-are-apart',
      comment: 'The edges share common/ and proto/, never each other.',
      severity: 'error',
      from: { path: '^(api|realtime|workers|sandbox)/' },
      to: { path: '^(api|realtime|workers|sandbox)/', pathNot: '^$1/' },
    },
    {
      name: 'client-runs-anywhere',
      comment:
        'The client of the rooms runs in browsers: it takes the SDK, and of the servers types only.',
      severity: 'error',
      from: { path: '^realtime/client/', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot: '^realtime/client/|^node_modules/@colyseus/sdk/',
        dependencyTypesNot: ['type-only'],
      },
    },
    ...domains.map((domain) => ({
      name: `only-index-of-${domain}`,
      comment: 'Domains meet through their index.ts.',
      severity: 'error',
      from: { path: '^grpc/', pathNot: `^grpc/${domain}/` },
      to: { path: `^grpc/${domain}/`, pathNot: `^grpc/${domain}/index\\.ts$` },
    })),
    {
      name: 'db-knows-no-domain',
      severity: 'error',
      from: { path: '^grpc/(db|rpc|middleware)/', pathNot: '\\.test\\.ts$' },
      to: { path: `^grpc/(${domains.join('|')}|seed)/` },
    },
    {
      name: 'common-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^(common|proto)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(api|realtime|workers|sandbox|grpc|launch|main|test|bench|demo)' },
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: {
        path: '^(main|launch|common|proto|grpc|realtime|api|workers|sandbox)',
        pathNot: '(\\.test|-for-tests|-fixture)\\.ts$|/fixtures/',
      },
      to: { path: '^(test|bench|demo)/' },
    },
    {
      name: 'database-stays-in-grpc',
      comment: 'The only code that touches the database is the services.',
      severity: 'error',
      from: { path: '^(main|launch|common|realtime|api|workers|sandbox|demo)' },
      to: { path: 'node_modules/(typeorm|mysql2|libsql)/' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(scratch|dist|data|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
