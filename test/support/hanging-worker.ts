// A process of its own for tests to kill: takes a ring, says so, and never finishes.
import { QueueWorkers } from '../../src/queue/queue-workers.js';
import { queueApp } from './queue-app.js';

const app = await queueApp(process.env);
app.get(QueueWorkers).register(
  'runs',
  (jobId) => {
    process.stdout.write(`took ${jobId}\n`);
    return new Promise(() => {});
  },
  1,
);
process.stdout.write('ready\n');
