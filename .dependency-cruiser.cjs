// The house: data goes one way through it. A module may import from its own row and the rows above it, never below.
const ROWS = [
  ['common'],
  ['config'],
  ['compute', 'database', 'queue', 'access'],
  ['embedding', 'clustering', 'tagging', 'wiki', 'webhooks', 'connectors'],
  ['pipeline'],
  ['review', 'exchange', 'jobs', 'health'],
];
const below = ROWS.flatMap((row, i) => row.map((name) => ({ name, forbidden: ROWS.slice(i + 1).flat() }))).filter(
  (r) => r.forbidden.length,
);
const ENTRY = '^src/[^/]+\\.ts$';

/** @param {string} name @param {string} pattern @param {string} door */
const door = (name, pattern, owner) => ({
  name: `one-door-${name}`,
  severity: 'error',
  comment: `only ${owner} imports ${name}`,
  from: { path: '^src/', pathNot: owner },
  to: { path: pattern },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'entries-are-the-roof', severity: 'error', from: { path: '^src/[^/]+/' }, to: { path: ENTRY } },
    { name: 'tests-stay-outside', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|benchmarks)/' } },
    {
      name: 'the-page-knows-http-alone',
      severity: 'error',
      from: { path: '^(web|src)/' },
      to: { path: '^(web|src)/', pathNot: '^$1/' },
    },
    ...below.map(({ name, forbidden }) => ({
      name: `${name}-imports-upwards-only`,
      severity: 'error',
      from: { path: `^src/${name}/` },
      to: { path: `^src/(${forbidden.join('|')})/` },
    })),
    {
      name: 'domains-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/(embedding|clustering|tagging|wiki|webhooks|connectors)/' },
      to: { path: '^src/(embedding|clustering|tagging|wiki|webhooks|connectors)/', pathNot: '^src/$1/' },
    },
    {
      name: 'maths-knows-no-storage',
      severity: 'error',
      from: { path: '^src/(clustering|tagging|connectors)/' },
      to: { path: '^src/(database|queue)/' },
    },
    {
      name: 'the-wiki-app-could-run-elsewhere',
      severity: 'error',
      comment: 'it reaches the tagging service by HTTP alone',
      from: { path: '^src/(wiki-app|admin)/' },
      to: { path: '^src/', pathNot: '^src/($1|common|config|database)/' },
    },
    {
      name: 'nothing-knows-the-wiki-app',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/(wiki-app|admin)/' },
      to: { path: '^src/(wiki-app|admin)/' },
    },
    {
      name: 'models-run-off-the-event-loop',
      severity: 'error',
      comment: 'tokenizers and ONNX Runtime block the thread that calls them: only the worker thread imports them',
      from: { path: '^src/', pathNot: '^src/embedding/onnx/(onnx\\.worker|sentence-session|token-reader)\\.ts$' },
      to: {
        path: '^src/embedding/onnx/(sentence-session|token-reader)\\.ts$|node_modules/@huggingface/tokenizers/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'connectors-know-no-storage',
      severity: 'error',
      from: { path: '^src/connectors/' },
      to: { path: '^src/(config|compute|database|queue|access)/|node_modules/@nestjs/' },
    },
    {
      name: 'wikitext-is-parsed-off-the-event-loop',
      severity: 'error',
      comment: 'a big page takes a second, a big dump minutes: only worker threads import what reads them',
      from: {
        path: '^src/',
        pathNot: '^src/connectors/mediawiki/(plain-text\\.worker|dump/(dump\\.worker|open|read))\\.ts$',
      },
      to: {
        path: '^src/connectors/mediawiki/dump/(open|read)\\.ts$|node_modules/(wtf_wikipedia|saxes|unbzip2-stream)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    door('bullmq', 'node_modules/(bullmq|@nestjs/bullmq)/', '^src/(queue/|[^/]+\\.ts$)'),
    door('mwn', 'node_modules/mwn/', '^src/connectors/mediawiki/'),
    door('yaml', 'node_modules/yaml/', '^src/connectors/markdown/'),
    door('piscina', 'node_modules/piscina/', '^src/common/worker-pool\\.ts$'),
    door('openai', 'node_modules/openai/', '^src/(tagging/llm|embedding/openai)'),
    door('the-addon', '^build/|\\.node$', '^src/compute/'),
    door('onnxruntime', 'node_modules/onnxruntime-', '^src/compute/onnx-runtime\\.ts$'),
    door('protobufjs', 'node_modules/protobufjs/', '^src/compute/onnx-model\\.ts$'),
    door('jose', 'node_modules/jose/', '^src/wiki-app/user-tokens\\.ts$'),
    door('tensorflow', 'node_modules/@tensorflow/', '^src/compute/tfjs\\.ts$'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['import', 'require', 'node', 'default'], exportsFields: ['exports'] },
    moduleSystems: ['es6', 'cjs'],
  },
};
