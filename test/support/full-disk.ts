import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own that can be full: a tmpfs that belongs to the user of process `ownerPid`. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  /** @throws {Error} where `noSmallDisk` says why */
  static make(megabytes: number, ownerPid: number): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), 'wikitag-small-disk-'));
    try {
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
    } catch (error) {
      rmdirSync(path);
      throw error;
    }
    const { uid, gid } = statSync(`/proc/${ownerPid}`);
    chownSync(path, uid, gid);
    chmodSync(path, 0o700);
    return new SmallDisk(path);
  }

  remove(): void {
    execFileSync('/bin/umount', ['-l', this.path], { stdio: 'ignore' });
    rmdirSync(this.path);
  }
}

/** Why tests with a small disk cannot run here, or undefined where they can. */
export const noSmallDisk = whyNot();

function whyNot(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux may mount a small disk';
  try {
    SmallDisk.make(1, process.pid).remove();
    return undefined;
  } catch {
    return 'this machine does not let us mount a small disk';
  }
}
