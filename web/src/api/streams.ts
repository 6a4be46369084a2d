/** Pieces of a streamed text, cut at `end`; what follows the last one is given too, if anything does. */
async function* pieces(body: ReadableStream<Uint8Array>, end: RegExp): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  try {
    let rest = '';
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const parts = (rest + next.value).split(end);
      rest = parts.pop() ?? '';
      yield* parts;
    }
    if (rest !== '') yield rest;
  } finally {
    await reader.cancel().catch(() => undefined); // the connection may be gone already
  }
}

/** The objects of an NDJSON answer, a line each. */
export async function* jsonLines<T>(response: Response): AsyncGenerator<T> {
  for await (const line of pieces(response.body!, /\n/)) if (line !== '') yield JSON.parse(line) as T;
}

/**
 * The data of server-sent events named `name`. Read from a fetch: the browser's own EventSource cannot send the
 * Authorization header.
 */
export async function* eventsOf<T>(response: Response, name: string): AsyncGenerator<T> {
  for await (const event of pieces(response.body!, /\r?\n\r?\n/)) {
    const lines = event.split(/\r?\n/);
    const field = (key: string) =>
      lines.filter((line) => line.startsWith(`${key}:`)).map((line) => line.slice(key.length + 1).replace(/^ /, ''));
    if (field('event').includes(name)) yield JSON.parse(field('data').join('\n')) as T;
  }
}
