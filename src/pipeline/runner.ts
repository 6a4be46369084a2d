import { Inject, Injectable, Logger } from '@nestjs/common';
import { withLogContext } from '../common/logging.js';
import { untilAborted } from '../common/retries.js';
import { CONFIG, type Config } from '../config/config.js';
import { TaggingError } from '../tagging/types.js';
import { Dispatcher } from './dispatcher.js';
import { verdictOn } from './fault-policy.js';
import { RunFailed, RunTimedOut } from './faults.js';
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
      const run = await this.claim(jobId, part);
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

  private async claim(jobId: string, part: RunPart): Promise<Run | undefined> {
    try {
      return await this.runs.claim(jobId, part);
    } catch (error) {
      this.cannotBeWritten(error);
      return undefined;
    }
  }

  private async goThrough(run: Run, part: RunPart, signal: AbortSignal): Promise<void> {
    let stage: RunStage | undefined = run.stage;
    while (stage !== undefined) {
      signal.throwIfAborted();
      const started = performance.now();
      this.logger.log(`${stage} begins`);
      run = { ...run, ...(await this.runs.find(run.job_id)), fence: run.fence }; // what earlier stages wrote
      // a step of a stage that cannot be stopped comes to its end unheard: what it writes is refused once the run has gone on
      const jump: RunStage | undefined = await untilAborted(this.stages.get(stage)!.run({ run, signal }), signal);
      const next: RunStage | undefined = jump ?? RUN_STAGES[RUN_STAGES.indexOf(stage) + 1];
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

  /** Ends the run, or leaves it for later or for another worker, as the fault policy says. */
  private async stop(run: Run, error: unknown): Promise<void> {
    const { outcome, reason } = verdictOn(error);
    try {
      switch (outcome) {
        case 'not ours':
          this.logger.warn(reason);
          break;
        case 'cancelled':
          await this.runs.end(run, 'cancelled');
          this.logger.log('cancelled');
          break;
        case 'parked':
          await this.runs.release(run);
          this.logger.log('left for another worker: this one shuts down');
          break;
        case 'retryable':
          this.logger.warn(`${reason} The run is left as it stands, for the next who looks`);
          await this.runs.setBack(run, reason);
          break;
        default:
          await this.fail(run, error, reason);
      }
    } catch (another) {
      this.cannotBeWritten(another); // the claim ends by itself, and the reconciler comes back to the run
    }
  }

  private async fail(run: Run, error: unknown, reason: string): Promise<void> {
    const stage = (await this.runs.find(run.job_id))?.stage ?? run.stage;
    const expected = error instanceof RunFailed || error instanceof RunTimedOut || error instanceof TaggingError;
    this.logger.error(expected ? `${stage} failed: ${reason}` : error);
    await this.runs.end(run, 'failed', [{ cluster_id: null, stage, error: reason }]);
  }

  /** @throws what is no fault that passes */
  private cannotBeWritten(error: unknown): void {
    const { outcome, reason } = verdictOn(error);
    if (outcome === 'retryable') this.logger.warn(`The run's row cannot be written. ${reason}`);
    else if (outcome !== 'not ours') throw error;
  }
}
