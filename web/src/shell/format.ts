const number = new Intl.NumberFormat('en');
const time = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${number.format(n)} ${n === 1 ? one : many}`;

export const figure = (n: number): string => number.format(n);

export const when = (iso: string): string => time.format(new Date(iso));

/** `40 seconds`, `5 minutes`, `2 hours`: as exact as a guess may be. */
export function duration(seconds: number): string {
  if (seconds < 90) return count(Math.max(1, Math.round(seconds)), 'second');
  if (seconds < 5400) return count(Math.round(seconds / 60), 'minute');
  return count(Math.round(seconds / 3600), 'hour');
}
