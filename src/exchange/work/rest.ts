/** Waits for something. Whoever rests leaves its place to an exchange that has something to do. */
export type Rest = <T>(wait: Promise<T>) => Promise<T>;
