import { json, query } from './http';

/** One answer of a list whose items stand under `Name`. */
export type List<Name extends string, Item> = { readonly [name in Name]: readonly Item[] } & {
  readonly next_cursor: string | null;
};

/** All items of a list, a thousand an answer. */
export async function everyItem<Name extends string, Item>(
  path: string,
  name: Name,
  signal?: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const answer: List<Name, Item> = await json(path + query({ limit: 1000, cursor }), signal ? { signal } : {});
    items.push(...answer[name]);
    cursor = answer.next_cursor;
  }
  return items;
}
