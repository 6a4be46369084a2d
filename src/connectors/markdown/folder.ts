import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pause } from '../../common/retries.js';
import { allowedFolder } from '../allowed-folder.js';
import { WikiFault } from '../faults.js';
import { fileFault } from './file-faults.js';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
/** Where an open folder has a path of its own, what is done below that path stays in it, whatever becomes of its name. */
const HELD_OPEN = existsSync('/proc/self/fd');

/** The revision of a file: the SHA-256 of its bytes. */
export const revisionOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** No longer than what is taken of one page; who reads them all into memory must not meet one of many GiB. */
const MAX_BYTES = 8 * 2 ** 20;

/** A file that nobody has touched for so long is not being written. */
export const SETTLED_MS = 500;

/** What lies below a folder. Paths are relative, with `/`. */
export interface Listed {
  /** Markdown files, sorted; those below hidden folders and node_modules left out. */
  readonly files: readonly string[];
  /** Folders that the service's user may not look into. */
  readonly closed: readonly string[];
}

/** The files below a folder. No link is followed: neither a file that is one nor a folder on the way. */
export class Folder {
  private constructor(
    /** Absolute, without links. */
    readonly root: string,
    /** Obsidian's, where a tag is one word. */
    readonly isVault: boolean,
  ) {}

  /**
   * @param allowed CONNECTOR_FOLDERS
   * @throws {WikiFault} misconfigured
   */
  static async open(path: string, allowed: readonly string[]): Promise<Folder> {
    const root = await allowedFolder(path, allowed);
    const entries = await readdir(root).catch((error: unknown) => {
      throw new WikiFault('misconfigured', 'The folder cannot be read.', undefined, { cause: error });
    });
    return new Folder(root, entries.includes('.obsidian'));
  }

  /** @throws {WikiFault} unreachable, also where only a part cannot be read now: the files there are not gone */
  async list(signal: AbortSignal): Promise<Listed> {
    const files: string[] = [];
    const closed: string[] = [];
    const folders = [''];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      signal.throwIfAborted();
      const entries = await this.within(folder, (base) => readdir(base, { withFileTypes: true })).catch(
        (error: unknown) => {
          if (folder === '')
            throw new WikiFault('unreachable', 'The folder is not there now.', undefined, { cause: error });
          const fault = error instanceof WikiFault ? error : fileFault(error);
          if (!fault.concernsPage) throw fault;
          if (fault.kind === 'protected') closed.push(folder);
          return []; // gone meanwhile, or a link by now
        },
      );
      for (const entry of entries) {
        if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) folders.push(path);
        else if (entry.isFile() && /\.(md|markdown)$/i.test(entry.name)) files.push(path);
      }
    }
    return { files: files.sort(), closed };
  }

  /** Waits for whoever is writing the file just now: many empty it before they fill it. @throws {WikiFault} as `read` */
  async readSettled(path: string, signal: AbortSignal): Promise<Buffer> {
    const { mtimeMs } = await this.within(dirname(path), (base) => lstat(join(base, basename(path)))).catch(asFault);
    const age = Date.now() - mtimeMs;
    if (age >= 0 && age < SETTLED_MS) await pause(SETTLED_MS, signal);
    return this.read(path);
  }

  /** @throws {WikiFault} gone, protected, refused */
  async read(path: string): Promise<Buffer> {
    return this.within(dirname(path), (base) => bytesOf(join(base, basename(path)))).catch(asFault);
  }

  /**
   * Replaces a file as a whole or not at all: another one is written beside it and takes its place, with its mode and owner.
   * @param base the revision that the file must still have
   * @param name of the edit: two of the same name do not leave two files behind
   * @throws {WikiFault} conflict; gone, protected, refused, read_only
   */
  async replace(path: string, base: string, bytes: Buffer, name: string): Promise<void> {
    const beside = `.wikitag-${createHash('sha256').update(name).digest('hex').slice(0, 16)}.tmp`;
    await this.within(dirname(path), async (folder, handle) => {
      const file = join(folder, basename(path));
      const temporary = join(folder, beside);
      await writeLike(file, temporary, bytes);
      try {
        if (revisionOf(await bytesOf(file)) !== base)
          throw new WikiFault('conflict', 'The file has been changed meanwhile.');
        await rename(temporary, file);
      } catch (error) {
        await unlink(temporary).catch(() => undefined);
        throw error;
      }
      await handle?.sync();
    }).catch(asFault);
  }

  /** Does something in a folder that is proved to lie below the root, under a path that leads there and nowhere else. */
  private async within<T>(
    folder: string,
    work: (base: string, handle: FileHandle | undefined) => Promise<T>,
  ): Promise<T> {
    const path = join(this.root, folder);
    const handle = HELD_OPEN ? await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) : undefined;
    try {
      const base = handle === undefined ? await realpath(path) : `/proc/self/fd/${handle.fd}`;
      if ((await realpath(base)) !== path) throw new WikiFault('refused', 'A folder on the way to it is a link.');
      return await work(base, handle);
    } finally {
      await handle?.close();
    }
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK); // a pipe would wait for its writer
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new WikiFault('refused', 'It is no ordinary file.');
    if (stat.size > MAX_BYTES) throw new WikiFault('refused', `It is longer than ${MAX_BYTES / 2 ** 20} MiB.`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function writeLike(file: string, temporary: string, bytes: Buffer): Promise<void> {
  const like = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const { mode, uid, gid } = await like.stat().finally(() => like.close());
  if ((mode & 0o222) === 0) throw new WikiFault('protected', 'The file is write-protected.');
  await unlink(temporary).catch(() => undefined); // of a process that died
  const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.chown(uid, gid).catch(() => undefined); // only root may give files away
    await handle.chmod(mode & 0o7777);
    await handle.sync();
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

function asFault(error: unknown): never {
  throw error instanceof WikiFault ? error : fileFault(error);
}
