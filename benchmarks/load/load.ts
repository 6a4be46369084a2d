import { parseArgs } from 'node:util';
import { table } from '../table.js';
import { type Load, manyWikis, oneWiki, type Result, runsInARow } from './scenarios.js';

const SCENARIOS = { 'one-wiki': oneWiki, 'many-wikis': manyWikis, 'runs-in-a-row': runsInARow } as const;
type Name = keyof typeof SCENARIOS;

const HELP = `npm run load                     all scenarios, as tables; about five minutes
npm run load -- NAME …           only these: ${Object.keys(SCENARIOS).join(', ')}
  --pages 5000                   pages of the one wiki
  --wikis 20  --clients 100      wikis at once, clients that look at the runs
  --runs 20                      runs in a row
  --json                         one JSON object on stdout
Starts a service of its own on this machine and talks to nothing else.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pages: { type: 'string', default: '5000' },
    wikis: { type: 'string', default: '20' },
    clients: { type: 'string', default: '100' },
    runs: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function usage(complaint = ''): never {
  process.stdout.write(`${complaint}${HELP}`);
  process.exit(complaint === '' ? 0 : 2);
}

function bounded(name: keyof Load, low: number, high: number): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < low || number > high) usage(`--${name} must be from ${low} to ${high}.\n`);
  return number;
}

if (values.help) usage();
const unknown = positionals.filter((name) => !(name in SCENARIOS));
if (unknown.length > 0) usage(`No scenario is named ${unknown.join(', ')}.\n`);
const load: Load = {
  pages: bounded('pages', 20, 10_000),
  wikis: bounded('wikis', 1, 100),
  clients: bounded('clients', 1, 1000),
  runs: bounded('runs', 11, 100),
};
const names = (positionals.length > 0 ? positionals : Object.keys(SCENARIOS)) as Name[];
const results: Partial<Record<Name, Result>> = {};
for (const name of names) {
  process.stderr.write(`${name} …\n`);
  const result = await SCENARIOS[name](load);
  results[name] = result;
  if (values.json) continue;
  process.stdout.write(`\n${name}, latencies in ms\n\n${table(result.rows)}\n`);
  if (result.looks) process.stdout.write(`\n${table(thinned(result.looks))}\n`);
  for (const { promise, found, kept } of result.promises)
    process.stdout.write(`\n${kept ? 'kept    ' : 'NOT KEPT'}  ${promise}: ${found}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ load, results })}\n`);
process.exit(Object.values(results).every(({ promises }) => promises.every(({ kept }) => kept)) ? 0 : 1);

/** At most twenty looks, evenly spread. */
function thinned<T>(looks: readonly T[]): T[] {
  const step = Math.max(1, Math.ceil(looks.length / 20));
  return looks.filter((_, i) => i % step === 0 || i === looks.length - 1);
}
