// Health of a sidecar, for its container: it has told the database within ten seconds that it is alive. So the process
// must run, its event loop turn, and the database answer.
import { hostname } from 'node:os';
import pg from 'pg';

const PATIENCE_MS = 5000;

const client = new pg.Client({
  connectionString: process.env.DATABASE_URL,
  connectionTimeoutMillis: PATIENCE_MS,
  query_timeout: PATIENCE_MS,
});
try {
  await client.connect();
  const { rowCount } = await client.query(
    `SELECT FROM clustering_sidecars WHERE host = $1 AND heartbeat_at > now() - interval '10 seconds'`,
    [hostname()],
  );
  if (rowCount === 0) throw new Error('the sidecar on this host has not said for ten seconds that it is alive');
} catch (error) {
  process.stderr.write(`not healthy: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  await client.end().catch(() => undefined);
}
