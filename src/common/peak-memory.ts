import { readFileSync } from 'node:fs';

const STATUS = '/proc/self/status';

/**
 * The most memory that this process has held at once, in bytes. On Linux the kernel's VmHWM: the maximum that getrusage
 * tells also counts what the parent process held when it started this one.
 */
export function peakMemory(): number {
  const kilobytes = process.platform === 'linux' && /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(STATUS, 'utf8'))?.[1];
  return 1024 * Number(kilobytes || process.resourceUsage().maxRSS);
}
