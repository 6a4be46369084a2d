/** Anything of TypeORM's that runs SQL: a DataSource, an EntityManager, a QueryRunner. */
export interface Queryable {
  // biome-ignore lint/suspicious/noExplicitAny: TypeORM's own signature
  query(text: string, parameters?: any[]): Promise<any>;
}

/** Runs one statement and gives its rows. TypeORM gives `[rows, count]` for UPDATE and DELETE, and rows for the rest. */
export async function rows<T>(db: Queryable, text: string, parameters: readonly unknown[] = []): Promise<T[]> {
  const result = await db.query(text, [...parameters]);
  const isPair =
    Array.isArray(result) &&
    result.length === 2 &&
    Array.isArray(result[0]) &&
    (typeof result[1] === 'number' || result[1] === null);
  return (isPair ? result[0] : result) as T[];
}
