import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { MeasuredUtilisation } from '../compute/gpu-utilisation.js';
import { rows } from '../database/rows.js';

/** Process figures, and the state of the runs as the database has it when asked. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly runs: Gauge<'status'>;
  private readonly tags: Gauge<'status'>;
  private readonly webhooks: Gauge<'state'>;
  private readonly oldest: Gauge;
  private readonly gpu: Gauge<'statistic' | 'gpu'>;
  private readonly gpuUnknown: Gauge<'reason'>;

  constructor(private readonly db: DataSource) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: 'wikitag_' });
    this.runs = new Gauge({ name: 'wikitag_runs', help: 'Runs by status', labelNames: ['status'], registers });
    this.tags = new Gauge({
      name: 'wikitag_page_tags',
      help: 'Page-tags by the status that the current runs gave them, whatever people decided since',
      labelNames: ['status'],
      registers,
    });
    this.webhooks = new Gauge({
      name: 'wikitag_webhooks',
      help: 'Webhook messages by state: pending, delivered, dead (given up), disabled (the endpoint is gone)',
      labelNames: ['state'],
      registers,
    });
    this.oldest = new Gauge({
      name: 'wikitag_oldest_queued_seconds',
      help: 'Age of the oldest queued run, 0 where none waits',
      registers,
    });
    this.gpu = new Gauge({
      name: 'wikitag_gpu_utilization_percent',
      help: 'Utilisation of the GPU during the latest clustering, by nvidia-smi; absent where it was not measured',
      labelNames: ['statistic', 'gpu'],
      registers,
    });
    this.gpuUnknown = new Gauge({
      name: 'wikitag_gpu_utilization_not_measured',
      help: '1 where the utilisation of the GPU during the latest clustering is not known, with the reason',
      labelNames: ['reason'],
      registers,
    });
  }

  async read(): Promise<string> {
    const count = async (gauge: Gauge<'status'>, table: string) => {
      gauge.reset();
      for (const { status, n } of await rows<{ status: string; n: number }>(
        this.db,
        `SELECT status, count(*)::int AS n FROM ${table} GROUP BY status`,
      ))
        gauge.set({ status }, n);
    };
    await Promise.all([count(this.runs, 'runs'), count(this.tags, 'run_tags JOIN wikis ON current_job_id = version')]);
    const [waiting] = await rows<{ age: number | null }>(
      this.db,
      `SELECT extract(epoch FROM now() - min(created_at))::float AS age FROM runs WHERE status = 'queued'`,
    );
    this.oldest.set(waiting?.age ?? 0);
    await this.countWebhooks();
    await this.readGpu();
    return this.registry.metrics();
  }

  private async countWebhooks(): Promise<void> {
    for (const { state, n } of await rows<{ state: string; n: number }>(
      this.db,
      `SELECT state, count(webhook_id)::int AS n
         FROM unnest(ARRAY['pending', 'delivered', 'dead', 'disabled']) AS state LEFT JOIN webhooks USING (state)
        GROUP BY state`,
    ))
      this.webhooks.set({ state }, n);
  }

  private async readGpu(): Promise<void> {
    const [latest] = await rows<{ measured: MeasuredUtilisation }>(
      this.db,
      `SELECT compute -> 'gpu_utilization' AS measured FROM runs WHERE compute ? 'gpu_utilization' ORDER BY started_at DESC LIMIT 1`,
    );
    this.gpu.reset();
    this.gpuUnknown.reset();
    const measured = latest?.measured ?? 'not measured: nothing was clustered yet';
    if (typeof measured === 'string') {
      this.gpuUnknown.set({ reason: measured.replace('not measured: ', '') }, 1);
      return;
    }
    this.gpu.set({ statistic: 'mean', gpu: measured.gpu }, measured.mean_percent);
    this.gpu.set({ statistic: 'max', gpu: measured.gpu }, measured.max_percent);
  }
}
