import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rows } from '../database/rows.js';
import { Bell } from '../queue/bell.js';

export interface Check {
  readonly status: 'up' | 'down';
  readonly detail?: string;
}

const TIMEOUT_MS = 2000;
/** Runs wait and no worker has shown a heartbeat for so long: nobody is working. */
const STUCK_SECONDS = 60;

/** Readiness measures progress, not just connections: a worker that is connected and stuck is not ready. */
@Injectable()
export class Readiness {
  constructor(
    private readonly db: DataSource,
    private readonly bell: Bell,
  ) {}

  async check(): Promise<Record<string, Check>> {
    const [database, queue, worker] = await Promise.all([
      probe(() => rows(this.db, 'SELECT 1')),
      probe(() => this.bell.probe()),
      probe(() => this.workersMoveOn()),
    ]);
    return { database, queue, worker };
  }

  private async workersMoveOn(): Promise<void> {
    const [state] = await rows<{ waiting: number; oldest: number | null; working: number }>(
      this.db,
      `SELECT count(*) FILTER (WHERE heartbeat_at IS NULL OR heartbeat_at < now() - make_interval(secs => $1))::int AS waiting,
              extract(epoch FROM now() - min(coalesce(heartbeat_at, created_at)))::float AS oldest,
              count(*) FILTER (WHERE heartbeat_at >= now() - make_interval(secs => $1))::int AS working
         FROM runs WHERE status IN ('queued', 'processing')
          AND (next_look_at IS NULL OR next_look_at < now() - make_interval(secs => $1))`,
      [STUCK_SECONDS],
    );
    if (state !== undefined && state.waiting > 0 && state.working === 0 && (state.oldest ?? 0) > STUCK_SECONDS) {
      throw new Error(`${state.waiting} runs wait and no worker takes them. Is one running (npm run start:worker)?`);
    }
  }
}

async function probe(work: () => Promise<unknown>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([work(), late]);
    return { status: 'up' };
  } catch (error) {
    return { status: 'down', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
