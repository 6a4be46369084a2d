import { ApiError } from '../api/http';

export interface Explained {
  readonly what: string;
  /** More about it, as the route says it; may be empty. */
  readonly detail: string;
  /** What the user can do about it. */
  readonly next: string;
}

/** Where the page knows a better next step than the route that refused. */
const NEXT: Readonly<Record<string, string>> = {
  no_answer: 'Check that the service is running, then try again.',
  http_502: 'Check that the tagging service is running, then try again.',
  http_404: 'This service may be older than this page, or a part of it is switched off.',
  unauthorized: 'Open the link that the service printed when it started; it is good for some hours.',
  forbidden: 'Ask the owner of the wiki, or an admin, to do it or to make you the owner.',
  run_active: 'Wait for the end of the run, or cancel it.',
  rate_limited: 'Wait a minute, then try again.',
};

/** Any error in plain words, with what to do next. */
export function explain(error: unknown): Explained {
  if (error instanceof ApiError) {
    const next = NEXT[error.code] ?? (error.status === 401 ? NEXT['unauthorized'] : '') ?? '';
    return { what: sentence(error.title), detail: error.detail, next };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    what: sentence(message),
    detail: '',
    next: 'Reload the page. Where it comes again, tell who runs the service.',
  };
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
