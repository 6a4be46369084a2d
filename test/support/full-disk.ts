import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own that can be full: a tmpfs that belongs to the user of process `ownerPid`. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  /** undefined where this machine does not let us mount (not root, or no right to). */
  static make(megabytes: number, ownerPid: number): SmallDisk | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
    const path = mkdtempSync(join(tmpdir(), 'wikitag-small-disk-'));
    try {
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
    } catch {
      rmdirSync(path);
      return undefined;
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
