import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFault } from '../../src/database/faults.js';
import { Disturber } from './disturber.js';
import { CLEAN, compare, judgePayments, judgeRows, judgeWebhooks, type Verdict } from './verdict.js';
import { jobOf, outcomeOf, type StartedRun, startRun, VARIANTS } from './wikis.js';
import { type QueueKind, World } from './world.js';

export interface Settings {
  readonly queue: QueueKind;
  readonly seed: number;
  readonly kills: number;
  /** Mean time between kills. */
  readonly everyMs: number;
}

export interface Outcome {
  readonly runs: number;
  readonly kills: Readonly<Record<string, number>>;
  readonly frozen: number;
  /** Processes that ended by themselves, and were started again. */
  readonly endedByThemselves: number;
  readonly verdict: Verdict;
  /** Seconds until all was well again. */
  readonly recovery: { readonly p50: number; readonly p95: number; readonly max: number; readonly never: number };
  readonly seconds: number;
}

const ENDED = ['completed', 'failed', 'cancelled'];
const RUN_PATIENCE_MS = 600_000;

type Say = (line: string) => void;

/** Undisturbed runs first, then rounds of runs under kills until all kills are done, each compared with the former. */
export async function chaosTrial(settings: Settings, say: Say): Promise<Outcome> {
  const started = Date.now();
  const world = await World.start(settings.queue);
  try {
    const verdict: Verdict = { ...CLEAN };
    const ends = new Map<string, string[]>();
    const undisturbed = await undisturbedOutcomes(world, ends);
    await judgePayments(world, verdict);
    say(`undisturbed: ${VARIANTS.length} wikis in ${((Date.now() - started) / 1000).toFixed(0)} s`);
    const disturber = new Disturber(world, settings.seed, settings.everyMs);
    const disturbing = disturber.disturb(settings.kills);
    let runs = 0;
    for (let round = 1; disturber.total < settings.kills; round++) {
      const done = await oneRound(world, round, ends, say);
      runs += done.length;
      verdict.runsNotCompleted += done.filter(({ status }) => status !== 'completed').length;
      await compare(world, done, undisturbed, verdict, say);
      await whileUp(() => judgePayments(world, verdict));
      await whileUp(() => judgeRows(world, verdict, say));
      say(`round ${round}: ${runs} runs, ${disturber.total} of ${settings.kills} kills, ${wrong(verdict)} faults`);
    }
    disturber.stop();
    await disturbing;
    await judgeWebhooks(world, ends, verdict, say);
    for (const last of world.endedByThemselves) say(`ended by itself: ${last}`);
    const times = await Promise.all(disturber.recoveries);
    return {
      runs,
      kills: disturber.kills,
      frozen: disturber.frozen,
      endedByThemselves: world.endedByThemselves.length,
      verdict,
      recovery: spread(times),
      seconds: (Date.now() - started) / 1000,
    };
  } finally {
    await world.close();
  }
}

export const wrong = (verdict: Verdict) => Object.values(verdict).reduce((sum: number, n: number) => sum + n, 0);

async function undisturbedOutcomes(world: World, ends: Map<string, string[]>): Promise<Map<string, string>[]> {
  const outcomes: Map<string, string>[] = [];
  for (const variant of VARIANTS.keys()) {
    const run = await startRun(world, variant);
    ends.set(run.jobId, [await untilEnded(world, run)]);
    outcomes.push(await outcomeOf(world, run));
  }
  return outcomes;
}

/** All variants at once; in every third round one run is cancelled under way and resumed. */
async function oneRound(
  world: World,
  round: number,
  ends: Map<string, string[]>,
  say: Say,
): Promise<(StartedRun & { status: string })[]> {
  const started = await Promise.all(VARIANTS.map((_, variant) => startRun(world, variant)));
  const cancelled = round % 3 === 0 ? await cancelAndResume(world, started[round % started.length]!) : undefined;
  return Promise.all(
    started.map(async (run) => {
      const status = await untilEnded(world, run);
      const before = run === cancelled ? ['cancelled'] : [];
      ends.set(run.jobId, [...before, status]);
      if (status !== 'completed')
        say(`${run.jobId} ended as ${status}: ${JSON.stringify((await jobOf(world, run)).errors)}`);
      return { ...run, status };
    }),
  );
}

/** Gives the run where it was cancelled and resumed, undefined where it had ended before. */
async function cancelAndResume(world: World, run: StartedRun): Promise<StartedRun | undefined> {
  await world.patiently('POST', `/analyze/wiki/cluster/${run.jobId}/cancel`);
  if ((await untilEnded(world, run)) !== 'cancelled') return undefined;
  await world.patiently('POST', `/analyze/wiki/cluster/${run.jobId}/resume`);
  return run;
}

async function untilEnded(world: World, run: StartedRun): Promise<string> {
  for (const end = Date.now() + RUN_PATIENCE_MS; Date.now() < end; await sleep(200)) {
    const { status } = await jobOf(world, run);
    if (ENDED.includes(status)) return status;
  }
  return `unfinished after ${RUN_PATIENCE_MS / 1000} s`;
}

/** Again where the database is killed in the middle: a judge only reads. */
async function whileUp(judge: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await judge();
    } catch (error) {
      if (databaseFault(error)?.kind !== 'away') throw error;
      await sleep(500);
    }
  }
}

function spread(times: readonly (number | undefined)[]): Outcome['recovery'] {
  const known = times.filter((t) => t !== undefined).sort((a, b) => a - b);
  const at = (share: number) => (known[Math.min(known.length - 1, Math.floor(share * known.length))] ?? 0) / 1000;
  return { p50: at(0.5), p95: at(0.95), max: at(1), never: times.length - known.length };
}
