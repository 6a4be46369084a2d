import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** PCI vendors of GPUs that are worth it: NVIDIA, AMD, Intel. A virtual machine's screen has another. */
const VENDORS = ['0x10de', '0x1002', '0x8086'];

/** Names of the NVIDIA GPUs whose driver runs, as the driver gives them; asks no library. Linux only: elsewhere empty. */
export function nvidiaGpus(root = '/'): string[] {
  return entries(`${root}proc/driver/nvidia/gpus`).flatMap((gpu) => {
    const information = read(`${root}proc/driver/nvidia/gpus/${gpu}/information`);
    return /^Model:\s*(.+?)\s*$/m.exec(information)?.[1] ?? [];
  });
}

/**
 * Whether this machine has a GPU that WebGPU can use. On Linux: an NVIDIA driver, or a render node of a known vendor; not
 * software Vulkan, which is slower than the CPU provider. Elsewhere (Metal, Direct3D 12): yes.
 */
export function hasGpu(platform = process.platform, root = '/'): boolean {
  if (platform !== 'linux') return true;
  if (nvidiaGpus(root).length > 0 || existsSync(`${root}dev/nvidia0`)) return true;
  return entries(`${root}sys/class/drm`).some(
    (node) => node.startsWith('renderD') && VENDORS.includes(read(`${root}sys/class/drm/${node}/device/vendor`).trim()),
  );
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
