import { readdirSync, readFileSync } from 'node:fs';

/** Every process below `root` (and itself), by walking /proc. */
function descendants(root: number): number[] {
  const parentOf = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parentOf.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // it ended while we looked
    }
  }
  const own = new Set([root]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [pid, parent] of parentOf) if (own.has(parent) && !own.has(pid)) grew = Boolean(own.add(pid));
  }
  return [...own];
}

/** Proportional set size of a process and all below it, in MB: pages shared between them count once. */
function memoryMb(root: number): number {
  let kilobytes = 0;
  for (const pid of descendants(root)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // it ended, or belongs to another user
    }
  }
  return kilobytes / 1024;
}

/** Watches a process tree; `peak` is the most it held at any look. */
export class MemoryWatch {
  private peak = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly root: number) {
    this.timer = setInterval(() => this.look(), 100);
  }

  private look(): void {
    this.peak = Math.max(this.peak, memoryMb(this.root));
  }

  /** Peak in MB; stops watching. */
  stop(): number {
    clearInterval(this.timer);
    this.look();
    return Math.round(this.peak);
  }
}
