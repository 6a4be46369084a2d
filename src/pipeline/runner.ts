import { Inject, Injectable, Logger } from '@nestjs/common';
import { withLogContext } from '../common/logging.js';
import { CONFIG, type Config } from '../config/config.js';
import { isConnectionLost } from '../database/connection-lost.js';
import { Dispatcher } from './dispatcher.js';
import { FencedOff, RunCancelled, RunFailed, RunTimedOut, ShutDown } from './faults.js';
import { keepAlive } from './keep-alive.js';
import { RUN_STAGES, type Run, type RunStage } from './run.js';
import { type RunPart, RunRepository } from './run.repository.js';
import type { Stage } from './stage.js';

/** Nest injection token of the stages that this process can do, `readonly Stage[]`. */
export const STAGES = Symbol('STAGES');

/** Takes a run through its stages, top to bottom. */
@Injectable()
export class Runner {
  private readonly logger = new Logger(Runner.name);
  private readonly stages: ReadonlyMap<RunStage, Stage>;

  constructor(
    private readonly runs: RunRepository,
    private readonly dispatcher: Dispatcher,
    @Inject(STAGES) stages: readonly Stage[],
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.stages = new Map(stages.map((stage) => [stage.name, stage]));
  }

  /**
   * Looks at run `jobId` and does what is next of `part`, until it ends or the next stage belongs to the other part.
   * Doing this twice, late, or for a run that is over is harmless: the claim decides.
   */
  async look(jobId: string, part: RunPart, shutdown: AbortSignal): Promise<void> {
    await withLogContext({ job_id: jobId }, async () => {
      const run = await this.runs.claim(jobId, part);
      if (run === undefined) return;
      const alive = keepAlive(this.runs, run, this.config.PIPELINE_TIMEOUT_SECONDS, shutdown);
      try {
        await this.goThrough(run, part, alive.signal);
      } catch (error) {
        await this.stop(run, alive.signal.aborted ? alive.signal.reason : error);
      } finally {
        alive.stop();
      }
    });
  }

  private async goThrough(run: Run, part: RunPart, signal: AbortSignal): Promise<void> {
    let stage: RunStage | undefined = run.stage;
    while (stage !== undefined) {
      signal.throwIfAborted();
      const started = performance.now();
      this.logger.log(`${stage} begins`);
      run = { ...run, ...(await this.runs.find(run.job_id)), fence: run.fence }; // what earlier stages wrote
      const next: RunStage | undefined =
        (await this.stages.get(stage)!.run({ run, signal })) ?? RUN_STAGES[RUN_STAGES.indexOf(stage) + 1];
      const seconds = (performance.now() - started) / 1000;
      this.logger.log(`${stage} took ${seconds.toFixed(2)} s`);
      if (next === undefined) return; // `finish` has ended the run
      const handOver = (next === 'cluster') !== (part === 'clustering');
      await this.runs.advance(run, next, { stage, seconds }, handOver);
      if (handOver) {
        await this.dispatcher.ring(run.job_id, next);
        return;
      }
      stage = next;
    }
  }

  /** Ends the run, or leaves it for another worker, according to why it stopped. */
  private async stop(run: Run, reason: unknown): Promise<void> {
    if (reason instanceof FencedOff) {
      this.logger.warn(reason.message);
      return;
    }
    try {
      if (reason instanceof RunCancelled) {
        await this.runs.end(run, 'cancelled');
        this.logger.log('cancelled');
      } else if (reason instanceof ShutDown) {
        await this.runs.release(run);
        this.logger.log('left for another worker: this one shuts down');
      } else if (isConnectionLost(reason)) {
        this.logger.warn(`the database was away: ${messageOf(reason)}. The run is left for the next who looks`);
        await this.runs.release(run);
      } else {
        const stage = (await this.runs.find(run.job_id))?.stage ?? run.stage;
        const known = reason instanceof RunFailed || reason instanceof RunTimedOut;
        this.logger.error(known ? `${stage} failed: ${reason.message}` : reason);
        await this.runs.end(run, 'failed', [{ cluster_id: null, stage, error: messageOf(reason) }]);
      }
    } catch (error) {
      if (!(error instanceof FencedOff)) throw error; // the queue logs it; the reconciler comes back to the run
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
