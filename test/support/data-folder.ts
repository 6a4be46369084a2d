import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DataFolder {
  readonly path: string;
  /** Removes it, and the cluster too where root's PostgreSQL had to keep that elsewhere. */
  remove(): void;
}

/** An empty DATA_DIR that root's PostgreSQL user can enter (a bare mkdtemp is closed to it). */
export function dataFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'wikitag-data-'));
  chmodSync(path, 0o755);
  const remove = () => {
    const cluster = join(path, 'postgres');
    if (existsSync(cluster)) rmSync(realpathSync(cluster), { recursive: true, force: true });
    rmSync(path, { recursive: true, force: true });
  };
  return { path, remove };
}
