import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './config/config.js';
import { EmbeddedPostgres } from './database/embedded/embedded-postgres.js';
import { ApiClient } from './demo/api-client.js';
import { freePort } from './demo/free-port.js';
import { printResult } from './demo/print-result.js';
import { ProgressBar } from './demo/progress-bar.js';
import { readJsonLines, readMarkdownFolder, SAMPLE_FOLDER, type SourcePages } from './demo/source.js';
import { fail, type Service, startService } from './service.js';

const HELP = `npm run demo                        tag the sample wiki of 56 pages and stay up
npm run demo -- --once              the same, then stop; the last line of stdout is a JSON summary
npm run demo -- --folder DIR        tag a folder of Markdown files (and its subfolders) instead
npm run demo -- --jsonl FILE        tag a file with one page a line: {"page_id", "title", "text"}

Everything runs on this machine. Data are kept in DATA_DIR (.data), also for the next time.
With OPENAI_API_KEY or OPENAI_BASE_URL set, an LLM writes the tags; without, they come from the words of the pages.
`;

interface Options {
  readonly once: boolean;
  readonly folder?: string;
  readonly jsonl?: string;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      folder: { type: 'string' },
      jsonl: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  if (values.folder !== undefined && values.jsonl !== undefined) throw new Error('Give --folder or --jsonl, not both.');
  return { once: values.once, folder: values.folder, jsonl: values.jsonl };
}

async function readSource(options: Options): Promise<SourcePages> {
  if (options.jsonl !== undefined) return readJsonLines(options.jsonl);
  return readMarkdownFolder(options.folder ?? SAMPLE_FOLDER, options.folder === undefined ? 'Sample wiki' : undefined);
}

async function main(options: Options): Promise<void> {
  const source = await readSource(options);
  // who names a folder here may connect it on the page too
  const folders = options.folder === undefined ? {} : { CONNECTOR_FOLDERS: resolve(options.folder) };
  const wanted = readConfig(undefined, { LOG_LEVEL: 'warn', ...folders });
  const config = { ...wanted, PORT: await freePort(wanted.HOST, wanted.PORT) };
  const service = await startService({ http: true, parts: ['pipeline', 'clustering'] }, config);
  try {
    await tagSource(source, options, service);
  } catch (error) {
    await service.app.close();
    throw error;
  }
}

/** Loads the pages, runs the job and shows what came out, all over HTTP. */
async function tagSource(source: SourcePages, options: Options, service: Service): Promise<void> {
  const api = new ApiClient(service.url!, service.apiKey!);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  say(`wikitag is up at ${service.url}`);

  const started = performance.now();
  const wikiId = await api.wikiNamed(source.name);
  say(`Loading ${source.count ?? 'the'} pages of '${source.name}' …`);
  const loaded = await api.loadPages(wikiId, source.lines());
  for (const { line, error } of loaded.rejected.slice(0, 10)) say(`  page ${line} was not taken: ${error}`);
  if (loaded.received === loaded.rejected.length) throw new Error(`No page was loaded from ${source.origin}.`);

  const bar = new ProgressBar(process.stderr);
  const unfinished = await api.activeRun(wikiId);
  if (unfinished !== undefined) {
    say('A run that was stopped in the middle is finished first …');
    bar.end(await api.watch(unfinished, (state) => bar.show(state)));
  }
  const jobId = await api.startRun(wikiId);
  const job = await api.watch(jobId, (state) => bar.show(state));
  bar.end(job);
  const seconds = Math.round((performance.now() - started) / 10) / 100;
  const summary = await printResult(api, wikiId, job, process.stdout);

  if (options.once) {
    await service.app.close();
    process.stdout.write(`${JSON.stringify({ job_id: jobId, status: job.status, ...summary, seconds })}\n`);
    process.exitCode = job.status === 'completed' ? 0 : 1;
    return;
  }
  say(`\nThe service stays up. Ctrl-C stops it.`);
  say(`  web page       ${service.adminLink ?? 'off: WIKI_JWT_SECRET is not set'}`);
  say(`  API and docs   ${service.url}/docs`);
  say(`  API key        ${service.apiKey}`);
  say(`  every page     curl -H 'Authorization: Bearer ${service.apiKey}' ${service.url}/wikis/${wikiId}/export`);
}

try {
  await main(readOptions());
} catch (error) {
  if (
    error instanceof Error &&
    ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') || error.constructor === Error)
  ) {
    process.stderr.write(`wikitag demo: ${error.message}\n`);
    await EmbeddedPostgres.leaveAll();
    process.exit(1);
  }
  await fail(error);
}
