import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rows } from '../database/rows.js';
import { LEASE_SECONDS } from './run.repository.js';

/** Which sidecars there are: rows that each of them keeps fresh, so that one that was killed is soon known to be gone. */
@Injectable()
export class SidecarsRepository {
  constructor(private readonly db: DataSource) {}

  /** Says that the sidecar `id` on `host` is alive. */
  async beat(id: string, host: string): Promise<void> {
    await rows(
      this.db,
      `INSERT INTO clustering_sidecars (sidecar_id, host) VALUES ($1, $2)
       ON CONFLICT (sidecar_id) DO UPDATE SET heartbeat_at = now()`,
      [id, host],
    );
  }

  /** Takes the sidecar off the list, and with it those that have been dead for an hour. */
  async leave(id: string): Promise<void> {
    await rows(
      this.db,
      `DELETE FROM clustering_sidecars WHERE sidecar_id = $1 OR heartbeat_at < now() - interval '1 hour'`,
      [id],
    );
  }

  /** Whether there is one that has said so within the lease. */
  async anyAlive(): Promise<boolean> {
    const [state] = await rows<{ alive: boolean }>(
      this.db,
      `SELECT EXISTS (SELECT 1 FROM clustering_sidecars WHERE heartbeat_at > now() - make_interval(secs => $1)) AS alive`,
      [LEASE_SECONDS],
    );
    return state?.alive === true;
  }
}
