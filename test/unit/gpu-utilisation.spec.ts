import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GpuSampler, watchingGpu } from '../../src/compute/gpu-utilisation.js';
import { until } from '../support/until.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wikitag-gpu-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/**
 * Samples with a fake nvidia-smi, a shell script with this body, which prints what drivers print; stops once the fake
 * has made the file `done`.
 */
async function sampled(body: string) {
  const fake = join(folder, 'nvidia-smi');
  const script = body.replaceAll('DONE', `: > '${folder}/done'`).replaceAll('FOLDER', folder);
  writeFileSync(fake, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const sampler = new GpuSampler(fake);
  await until(() => existsSync(join(folder, 'done')), 20_000, 'the fake nvidia-smi');
  return sampler.stop();
}

const forEver = 'exec sleep 600';

describe('the utilisation of the GPU', () => {
  it('is the mean and the maximum of the samples, asked for as CSV', async () => {
    const said = await sampled(`
      echo "$@" > 'FOLDER/arguments'
      echo '0, NVIDIA H100 80GB HBM3, 90, 12345'
      printf '0, NVIDIA H100 80GB HBM3, 100, 2'; sleep 0.05; echo '3456'
      echo '0, NVIDIA H100 80GB HBM3, 0, 345'
      sleep 0.3; DONE; ${forEver}`);
    expect(said).toEqual({
      gpu: 'NVIDIA H100 80GB HBM3',
      mean_percent: 63.3,
      max_percent: 100,
      max_memory_mib: 23456,
      samples: 3,
    });
    expect(readFileSync(join(folder, 'arguments'), 'utf8').trim()).toBe(
      '--query-gpu=index,name,utilization.gpu,memory.used --format=csv,noheader,nounits --loop-ms=500',
    );
  });

  it('is a measured 0 where the GPU idled', async () => {
    expect(await sampled(`echo '0, Tesla T4, 0, 3'; sleep 0.3; DONE; ${forEver}`)).toMatchObject({
      mean_percent: 0,
      max_percent: 0,
      samples: 1,
    });
  });

  it('is that of the busiest of several', async () => {
    const said = await sampled(`
      for i in 1 2; do echo '0, Tesla T4, 1, 3'; echo '1, NVIDIA L4, 80, 900'; done; sleep 0.3; DONE; ${forEver}`);
    expect(said).toMatchObject({ gpu: 'NVIDIA L4', mean_percent: 80, samples: 2 });
  });

  it.each(['[N/A]', '[Not Supported]', '[Unknown Error]'])('is not measured where it is %s', async (value) => {
    expect(await sampled(`echo '0, NVIDIA H100, ${value}, 3'; sleep 0.3; DONE; ${forEver}`)).toBe(
      `not measured: nvidia-smi gave ${value} for the utilisation of this GPU`,
    );
  });

  it('does without the memory where that is [N/A]', async () => {
    expect(await sampled(`echo '0, NVIDIA GB10, 40, [N/A]'; sleep 0.3; DONE; ${forEver}`)).toMatchObject({
      mean_percent: 40,
      max_memory_mib: null,
    });
  });

  it('is not measured without nvidia-smi', async () => {
    const sampler = new GpuSampler(join(folder, 'no-such-nvidia-smi'));
    expect(await sampler.stop()).toBe('not measured: nvidia-smi was not found');
  });

  it.each([
    ['stdout', ''],
    ['stderr', '>&2'],
  ])('is not measured where nvidia-smi fails with a complaint on %s', async (_, where) => {
    const said = await sampled(`
      echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver." ${where}
      (sleep 0.5; DONE) >/dev/null 2>&1 & exit 9`);
    expect(said).toBe(
      "not measured: nvidia-smi ended with 9: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
    );
  });

  it('tells what it saw, and that it ended, where nvidia-smi dies midway', async () => {
    const said = await sampled(`
      echo '0, Tesla T4, 50, 3'; echo 'Unable to determine the device handle for GPU 0000:00:1E.0: GPU is lost.' >&2
      (sleep 0.5; DONE) >/dev/null 2>&1 & exit 15`);
    expect(said).toMatchObject({
      mean_percent: 50,
      samples: 1,
      note: 'nvidia-smi ended with 15: Unable to determine the device handle for GPU 0000:00:1E.0: GPU is lost.',
    });
  });

  it('is not measured where nvidia-smi hangs, deaf to SIGTERM; it is ended all the same', async () => {
    const said = await sampled(`trap '' TERM; echo $$ > 'FOLDER/pid'; DONE; ${forEver}`);
    expect(said).toBe('not measured: nvidia-smi gave no sample before the clustering was over');
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await until(() => !existsSync(`/proc/${pid}`), 5_000, 'the end of the fake');
  });

  it('is not made up from lines that are no samples', async () => {
    expect(await sampled(`echo; echo 'No devices were found'; echo ','; sleep 0.3; DONE; ${forEver}`)).toBe(
      'not measured: nvidia-smi gave no sample before the clustering was over',
    );
  });
});

describe('watchingGpu', () => {
  /** A fake that gives one sample and says so by making the file `done`. */
  const fake = () => {
    const file = join(folder, 'nvidia-smi');
    writeFileSync(file, `#!/bin/sh\necho '0, Tesla T4, 70, 3'; : > '${folder}/done'; ${forEver}\n`, { mode: 0o755 });
    return file;
  };
  const started = () => existsSync(join(folder, 'done'));
  const work = (device: string) => async () => {
    await until(started);
    return { device };
  };

  it('measures while the work goes on', async () => {
    const [done, measured] = await watchingGpu('cuda Tesla T4', work('cuda Tesla T4'), fake());
    expect(done).toEqual({ device: 'cuda Tesla T4' });
    expect(measured).toMatchObject({ mean_percent: 70, samples: 1 });
  });

  it('claims nothing for work that ran on the CPU after all', async () => {
    const [, measured] = await watchingGpu('cuda Tesla T4', work('cpu avx2 x 2 threads'), fake());
    expect(measured).toBe('not measured: clustering ran on the CPU');
  });

  it('does not even ask where the work is to run on the CPU', async () => {
    const device = 'cpu avx2 x 2 threads';
    const [, measured] = await watchingGpu(device, async () => ({ device }), fake());
    expect(measured).toBe('not measured: clustering ran on the CPU');
    expect(started()).toBe(false);
  });

  it('passes a failure of the work on', async () => {
    const failing = async () => {
      throw new Error('no memory left on the device');
    };
    await expect(watchingGpu('cuda Tesla T4', failing, fake())).rejects.toThrow('no memory left');
  });
});
