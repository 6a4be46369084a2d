import { parseArgs } from 'node:util';
import { noRedis } from '../../test/support/redis.js';
import { redisLoss } from './redis-loss.js';
import { chaosTrial, type Outcome, wrong } from './trial.js';
import { type QueueKind, World } from './world.js';

const HELP = `npm run chaos -- --kills 200 --seed 1            kills processes of a running service and compares the end
                                                with undisturbed runs; both queue backends, one after the other
  --queue postgres|redis                        only this backend
  --every SECONDS                               mean time between kills (default 3)
npm run chaos -- --redis-loss 10                empties and kills Redis in the middle of so many runs
  --json                                        one JSON object on stdout
Everything runs on this machine: a PostgreSQL, a Redis, an API and two workers of its own, on loopback.
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    queue: { type: 'string' },
    every: { type: 'string', default: '3' },
    'redis-loss': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);

function usage(complaint = ''): never {
  process.stdout.write(`${complaint}${HELP}`);
  process.exit(complaint === '' ? 0 : 2);
}

function whole(name: 'kills' | 'seed', text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) usage(`--${name} must be a whole number from 1.\n`);
  return Number(text);
}

function print(name: string, { runs, kills, frozen, endedByThemselves, verdict, recovery, seconds }: Outcome): void {
  const killed = Object.entries(kills).map(([victim, n]) => `${victim} ${n}`);
  say(
    `\n${name}: ${runs} runs in ${seconds.toFixed(0)} s under ${Object.values(kills).reduce((a, b) => a + b, 0)} kills`,
  );
  say(`  killed     ${killed.join(', ')}; frozen for 14 s: ${frozen}; ended by themselves ${endedByThemselves}`);
  say(
    `  recovered  p50 ${recovery.p50.toFixed(1)} s, p95 ${recovery.p95.toFixed(1)} s, longest ${recovery.max.toFixed(1)} s, never ${recovery.never}`,
  );
  for (const [fault, n] of Object.entries(verdict)) say(`  ${fault.padEnd(18)} ${n}`);
}

async function killing(): Promise<boolean> {
  if (values.queue !== undefined && !['postgres', 'redis'].includes(values.queue))
    usage('--queue is postgres or redis.\n');
  const queues = (values.queue === undefined ? ['postgres', 'redis'] : [values.queue]) as QueueKind[];
  const everyMs = Number(values.every) * 1000;
  if (!(everyMs > 0)) usage('--every must be a number of seconds above 0.\n');
  const outcomes: Record<string, Outcome | { notRun: string }> = {};
  for (const queue of queues) {
    if (queue === 'redis' && noRedis !== undefined) {
      outcomes[queue] = { notRun: noRedis };
      say(`redis: not run: ${noRedis}`);
      continue;
    }
    const settings = { queue, seed: whole('seed', values.seed), kills: whole('kills', values.kills), everyMs };
    const outcome = await chaosTrial(settings, (line) => say(`[${queue}] ${line}`));
    outcomes[queue] = outcome;
    print(`${queue}, seed ${settings.seed}`, outcome);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(outcomes)}\n`);
  return Object.values(outcomes).every(
    (o) => 'notRun' in o || (wrong(o.verdict) === 0 && o.recovery.never === 0 && o.recovery.p95 < 60),
  );
}

async function losingRedis(text: string): Promise<boolean> {
  if (noRedis !== undefined) {
    say(`not run: ${noRedis}`);
    return true;
  }
  const count = Number(text);
  const { completed, seconds } = await redisLoss(count, say);
  say(`${completed} of ${count} runs completed in ${seconds.toFixed(0)} s`);
  if (values.json) process.stdout.write(`${JSON.stringify({ runs: count, completed, seconds })}\n`);
  return completed === count;
}

if (values.help) usage();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void World.closeAll().finally(() => process.exit(130)));
const kept = values['redis-loss'] === undefined ? await killing() : await losingRedis(values['redis-loss']);
process.exit(kept ? 0 : 1);
