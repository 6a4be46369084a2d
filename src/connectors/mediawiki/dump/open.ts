import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import unbzip2 from 'unbzip2-stream';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/**
 * The text of a dump, unpacked as the end of its name says, a piece at a time.
 * @throws Node's errors, and those of the unpacking
 */
export async function* openDump(file: string): AsyncGenerator<string> {
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK); // a pipe would wait for its writer
  try {
    if (!(await handle.stat()).isFile()) throw new Error('it is no ordinary file');
    const text = new TextDecoder('utf-8', { fatal: true });
    for await (const bytes of unpacked(file, handle.createReadStream({ autoClose: false })))
      yield text.decode(bytes, { stream: true });
    yield text.decode();
  } finally {
    await handle.close();
  }
}

function unpacked(file: string, packed: Readable): AsyncIterable<Buffer> {
  if (file.endsWith('.gz')) return through(packed, createGunzip());
  if (file.endsWith('.bz2')) return through(packed, unbzip2());
  return packed;
}

/** The other end of a pipe; it fails where this end does. */
function through(packed: Readable, unpack: NodeJS.ReadWriteStream): AsyncIterable<Buffer> {
  const end = new PassThrough();
  for (const stream of [packed, unpack]) stream.on('error', (error) => end.destroy(error));
  packed.pipe(unpack).pipe(end);
  return end;
}
