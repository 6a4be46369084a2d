/** The sort key of the last item, as an opaque word that is safe in a URL. */
export function encodeCursor(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Gives whatever JSON the cursor holds, undefined where it holds none: the caller checks the shape. */
export function decodeCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** One answer of a list: its items under `Name`, and where to go on. */
export type List<Name extends string, Item> = { readonly [name in Name]: readonly Item[] } & {
  readonly next_cursor: string | null;
};

/** Makes an answer out of up to `limit + 1` rows: the one too many only says that there is more. */
export function listFrom<Name extends string, Item>(
  name: Name,
  found: readonly Item[],
  limit: number,
  keyOf: (item: Item) => unknown,
): List<Name, Item> {
  const items = found.slice(0, limit);
  const next_cursor = found.length > limit ? encodeCursor(keyOf(items[limit - 1]!)) : null;
  return { [name]: items, next_cursor } as List<Name, Item>;
}
