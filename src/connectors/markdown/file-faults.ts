import { WikiFault, type WikiFaultKind } from '../faults.js';

const BY_CODE: Readonly<Record<string, readonly [WikiFaultKind, string]>> = {
  ENOENT: ['gone', 'The file is not there any more.'],
  ENOTDIR: ['gone', 'The file is not there any more.'],
  ELOOP: ['refused', 'It is a link, and links are not followed.'],
  EACCES: ['protected', 'The service’s user has no right to it.'],
  EPERM: ['protected', 'The service’s user has no right to it.'],
  EISDIR: ['refused', 'It is no ordinary file.'],
  ENXIO: ['refused', 'It is no ordinary file.'],
  ENAMETOOLONG: ['refused', 'Its name is too long.'],
  EROFS: ['misconfigured', 'The folder is mounted read-only: mount it for writing.'],
  ENOSPC: ['read_only', 'The disk is full.'],
  EDQUOT: ['read_only', 'The disk quota is used up.'],
};

/** What an error of the file system means for the wiki; anything unknown may pass. */
export function fileFault(error: unknown): WikiFault {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const [kind, message] = BY_CODE[code] ?? [
    'unreachable',
    `The folder does not answer as it should (${code || 'unknown error'}).`,
  ];
  return new WikiFault(kind, message, undefined, { cause: error });
}
