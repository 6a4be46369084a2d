import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What the GPU did while something ran, as nvidia-smi saw it. Where a machine has several, the busiest of them. */
export interface GpuUtilisation {
  /** Such as `NVIDIA H100 80GB HBM3`. */
  readonly gpu: string;
  /** Share of the time in which at least one kernel ran, 0 … 100. */
  readonly mean_percent: number;
  readonly max_percent: number;
  readonly max_memory_mib: number | null;
  readonly samples: number;
  /** Why there are fewer samples than there should be. */
  readonly note?: string;
}

/** Measured, or `not measured: ` and why. */
export type MeasuredUtilisation = GpuUtilisation | `not measured: ${string}`;

/** Whether a device, as a backend or a clustering names it, is a GPU. */
export const isGpu = (device: string) => !/^cpu\b/i.test(device);

/**
 * Does `work` and tells how busy the GPU was meanwhile.
 * @param expected the device that it should run on; nvidia-smi is only started for a GPU
 * @param command see GpuSampler
 */
export async function watchingGpu<T extends { readonly device: string }>(
  expected: string,
  work: () => Promise<T>,
  command?: string,
): Promise<[T, MeasuredUtilisation]> {
  if (!isGpu(expected)) return [await work(), ON_THE_CPU];
  const sampler = new GpuSampler(command);
  let measured: MeasuredUtilisation = ON_THE_CPU;
  try {
    const done = await work();
    if (isGpu(done.device)) measured = await sampler.stop();
    return [done, measured];
  } finally {
    await sampler.stop();
  }
}

const ON_THE_CPU = 'not measured: clustering ran on the CPU';
const EVERY_MS = 500;
const FIELDS = ['index', 'name', 'utilization.gpu', 'memory.used'];
const PATIENCE_MS = 1000;

interface Seen {
  readonly name: string;
  samples: number;
  sum: number;
  max: number;
  memory: number | null;
}

/** Samples the utilisation of the machine's GPUs with nvidia-smi, twice a second, from its making until `stop`. */
export class GpuSampler {
  private readonly child: ChildProcess;
  private readonly gpus = new Map<string, Seen>();
  private readonly gone: Promise<void>;
  private ended: string | undefined;
  private withoutNumber: string | undefined;
  private complaint: string | undefined;
  private told: Promise<MeasuredUtilisation> | undefined;

  /** @param command which nvidia-smi; by its name alone it is looked for on PATH */
  constructor(command = 'nvidia-smi') {
    this.child = spawn(
      command,
      [`--query-gpu=${FIELDS.join()}`, '--format=csv,noheader,nounits', `--loop-ms=${EVERY_MS}`],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.gone = new Promise((resolve) => {
      this.child.once('error', (error: NodeJS.ErrnoException) => {
        this.ended ??= error.code === 'ENOENT' ? 'was not found' : `could not be run (${error.code})`;
        resolve();
      });
      this.child.once('close', (code, signal) => {
        this.ended ??= `ended with ${code ?? signal}`;
        resolve();
      });
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.read(line));
    createInterface({ input: this.child.stderr! }).on('line', (line) => {
      this.complaint ??= line.slice(0, 200);
    });
  }

  /** Stops sampling and tells what was seen, again when asked again. Never throws, never waits longer than a second. */
  stop(): Promise<MeasuredUtilisation> {
    this.told ??= this.end();
    return this.told;
  }

  private async end(): Promise<MeasuredUtilisation> {
    const ended = this.ended; // by itself: our own stop is no fault
    this.child.kill('SIGKILL'); // it holds nothing, and one that hangs would not listen to less
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([this.gone, late]);
    clearTimeout(timer);
    this.child.unref();
    return this.tell(ended ?? (this.ended === 'was not found' ? this.ended : undefined));
  }

  private read(line: string): void {
    const [index, name, percent, memory] = line.split(',').map((cell) => cell.trim());
    if (index === undefined || percent === undefined || !/^\d+$/.test(index)) {
      this.complaint ??= line.trim().slice(0, 200) || undefined; // it complains on stdout too
      return;
    }
    if (!/^\d+(\.\d+)?$/.test(percent)) {
      this.withoutNumber ??= percent.slice(0, 40);
      return;
    }
    const seen = this.gpus.get(index) ?? { name: name!, samples: 0, sum: 0, max: 0, memory: null };
    seen.samples++;
    seen.sum += Number(percent);
    seen.max = Math.max(seen.max, Number(percent));
    if (memory !== undefined && /^\d+$/.test(memory)) seen.memory = Math.max(seen.memory ?? 0, Number(memory));
    this.gpus.set(index, seen);
  }

  private tell(ended: string | undefined): MeasuredUtilisation {
    const why = ended === undefined ? undefined : `nvidia-smi ${ended}${this.complaint ? `: ${this.complaint}` : ''}`;
    const [busiest] = [...this.gpus.values()].sort((a, b) => b.sum / b.samples - a.sum / a.samples);
    if (busiest === undefined) {
      if (this.withoutNumber !== undefined)
        return `not measured: nvidia-smi gave ${this.withoutNumber} for the utilisation of this GPU`;
      return `not measured: ${why ?? 'nvidia-smi gave no sample before the clustering was over'}`;
    }
    return {
      gpu: busiest.name,
      mean_percent: Math.round((busiest.sum / busiest.samples) * 10) / 10,
      max_percent: busiest.max,
      max_memory_mib: busiest.memory,
      samples: busiest.samples,
      ...(why === undefined ? {} : { note: why }),
    };
  }
}
