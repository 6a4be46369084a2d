import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { clusteringTrial } from './clustering.js';
import { embeddingTrial } from './embedding.js';
import { growthTrial } from './growth.js';
import { importTrial } from './import.js';
import { kernelTrial } from './kernel.js';
import { pipelineTrial } from './pipeline.js';
import { scaleTrial } from './scale.js';
import { serviceQualityTrial } from './service-quality.js';
import { stallsTrial } from './stalls.js';
import { table } from './table.js';
import type { Trial, TrialResult } from './trial.js';

const TRIALS: readonly Trial[] = [
  kernelTrial,
  scaleTrial,
  clusteringTrial,
  embeddingTrial,
  importTrial,
  pipelineTrial,
  growthTrial,
  serviceQualityTrial,
  stallsTrial,
];

const HELP = `npm run bench                 all trials, as tables
npm run bench -- NAME …       only these: ${TRIALS.map((t) => t.name).join(', ')}
npm run bench -- --json       one JSON object on stdout, for machines
npm run bench -- scale --rows 1000000
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string', default: '100000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = positionals.filter((name) => !TRIALS.some((trial) => trial.name === name));
if (values.help || unknown.length > 0) {
  process.stdout.write(unknown.length > 0 ? `No trial is named ${unknown.join(', ')}.\n${HELP}` : HELP);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory_gb: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
};
const results: Record<string, TrialResult> = {};
for (const trial of TRIALS.filter((t) => positionals.length === 0 || positionals.includes(t.name))) {
  process.stderr.write(`${trial.name}: ${trial.about} …\n`);
  const result = await trial.run({ rows: Number(values.rows) });
  results[trial.name] = result;
  if (!values.json)
    process.stdout.write(
      `\n${trial.name}: ${trial.about}\n\n${'rows' in result ? table(result.rows) : `not run: ${result.notRun}`}\n`,
    );
}
if (values.json) process.stdout.write(`${JSON.stringify({ machine, trials: results })}\n`);
const broken = Object.entries(results).filter(([, r]) => 'rows' in r && r.rows.some((row) => row['kept'] === false));
if (broken.length > 0) {
  process.stderr.write(
    `A promise was not kept in ${broken.map(([name]) => name).join(', ')}: see the rows with kept false.\n`,
  );
  process.exitCode = 1;
}
