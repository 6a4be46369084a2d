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
import type { Row, Trial, TrialResult } from './trial.js';

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
npm run bench -- scale --rows 1000000            sizes up to so many rows (default 100000)
npm run bench -- clustering --limit 60           a call that takes longer is broken off and shown as 'over 60 s' (default 120)
Ctrl-C shows what has been measured by then.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string', default: '100000' },
    limit: { type: 'string', default: '120' },
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
const show = (trial: Trial, result: TrialResult) => {
  results[trial.name] = result;
  if (values.json) return;
  const shown = 'rows' in result ? table(result.rows) : `not run: ${result.notRun}`;
  process.stdout.write(`\n${trial.name}: ${trial.about}\n\n${shown}\n`);
};
const showJson = (more: object = {}) => {
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, trials: results, ...more })}\n`);
};
for (const trial of TRIALS.filter((t) => positionals.length === 0 || positionals.includes(t.name))) {
  process.stderr.write(`${trial.name}: ${trial.about} …\n`);
  const rows: Row[] = [];
  /** What there is of a trial that does not come to its end. */
  const breakOff = (why: string, code: number): never => {
    if (rows.length > 0) show(trial, { rows });
    showJson({ broken_off: `${trial.name}: ${why}` });
    process.stderr.write(`broken off in ${trial.name}: ${why}\n`);
    process.exit(code);
  };
  const interrupted = () => breakOff('interrupted', 130);
  process.once('SIGINT', interrupted);
  try {
    const result = await trial.run({
      rows: Number(values.rows),
      limit: Number(values.limit),
      done: (more) => {
        rows.push(...more);
        process.stderr.write(`${table(more)}\n`);
      },
    });
    show(trial, result);
  } catch (error) {
    breakOff(error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
  } finally {
    process.off('SIGINT', interrupted);
  }
}
showJson();
const broken = Object.entries(results).filter(([, r]) => 'rows' in r && r.rows.some((row) => row['kept'] === false));
if (broken.length > 0) {
  process.stderr.write(
    `A promise was not kept in ${broken.map(([name]) => name).join(', ')}: see the rows with kept false.\n`,
  );
  process.exitCode = 1;
}
