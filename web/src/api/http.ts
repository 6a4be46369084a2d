import { currentToken } from './token';

/** An answer that is no success. `code` is the stable one of problem+json; `detail` is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** 0 where no answer came at all. */
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail || title);
  }
}

/**
 * Asks the wiki app. A body is sent as JSON.
 * @throws {ApiError} for every answer that is no success, and where none came
 */
export async function request(
  path: string,
  { method = 'GET', body, signal }: { method?: string; body?: unknown; signal?: AbortSignal } = {},
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  const token = currentToken();
  if (token !== null) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    const text = body === undefined ? null : JSON.stringify(body);
    response = await fetch(`/api${path}`, { method, headers, body: text, signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError(
      0,
      'no_answer',
      'The wiki app does not answer',
      'It may have been stopped, or the network is down.',
    );
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const text = (name: string, otherwise: string) =>
    typeof problem[name] === 'string' ? (problem[name] as string) : otherwise;
  throw new ApiError(
    response.status,
    text('code', `http_${response.status}`),
    text('title', `The wiki app answered ${response.status}`),
    text('detail', ''),
  );
}

/** The JSON of an answer; undefined where it has no body. */
export async function json<T>(path: string, init: Parameters<typeof request>[1] = {}): Promise<T> {
  const text = await (await request(path, init)).text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** `?a=1&b=2` of what is given; nothing for what is undefined or empty. */
export function query(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
