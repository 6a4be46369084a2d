import type { JobsOptions, WorkerOptions } from 'bullmq';
import type { Config } from '../config/config.js';

/** `runs`: look at a run. `clustering`: look at a run whose next stage is the clustering (worker or GPU sidecar). */
export type QueueKey = 'runs' | 'clustering';

export const QUEUE_KEYS: readonly QueueKey[] = ['runs', 'clustering'];

/** All a queue job ever says: look at this run. What there is to do stands in the run's row. */
export interface RingPayload {
  readonly jobId: string;
}

/** The name of a queue in PostgreSQL or Redis. */
export function queueName(config: Config, key: QueueKey): string {
  return key === 'runs' ? config.QUEUE_NAME : `${config.QUEUE_NAME}-clustering`;
}

/** One attempt: the run's row counts attempts. Records of finished jobs stay for JOB_TTL_SECONDS, for people to look at. */
export function jobOptions(config: Config): JobsOptions {
  const keep = config.JOB_TTL_SECONDS === 0 ? true : { age: config.JOB_TTL_SECONDS };
  return { attempts: 1, removeOnComplete: keep, removeOnFail: keep };
}

/**
 * A killed worker's job is handed out again within lockDuration + stalledInterval. A job may stall as often as it likes:
 * looking at a run once too often is harmless, giving it up is not.
 */
export const WORKER_OPTIONS = {
  lockDuration: 10_000,
  stalledInterval: 5_000,
  maxStalledCount: 2_147_483_647, // PostgreSQL's largest integer
  runRetryDelay: 1_000,
} as const satisfies Partial<WorkerOptions>;
