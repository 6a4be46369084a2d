// A process of its own for tests: uses the embedded PostgreSQL of DATA_DIR, says where it is, leaves it on SIGTERM.
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';

const alive = setInterval(() => {}, 60_000);
try {
  const embedded = await EmbeddedPostgres.start(process.env.DATA_DIR ?? '.data', {
    onEvent: (_, message) => process.stdout.write(`event ${message}\n`),
  });
  process.stdout.write(`url ${embedded.url}\n`);
  process.once('SIGTERM', async () => {
    await embedded.leave();
    clearInterval(alive);
  });
} catch (error) {
  process.stdout.write(`error ${error instanceof Error ? error.message : error}\n`);
  clearInterval(alive);
}
