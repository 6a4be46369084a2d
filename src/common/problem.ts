import { HttpException } from '@nestjs/common';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every error a client can see. `code` is stable; docs/error-handling.md lists them and a test compares. */
export const PROBLEMS = {
  unauthorized: { status: 401, title: 'A valid API key is needed' },
  user_token_needed: { status: 401, title: 'A valid user token is needed' },
  signature_invalid: { status: 401, title: 'The message is not signed by the tagging service' },
  forbidden: { status: 403, title: 'This API key may not do that' },
  user_not_allowed: { status: 403, title: 'This user may not do that' },
  not_found: { status: 404, title: 'No such route' },
  wiki_not_found: { status: 404, title: 'No such wiki' },
  page_not_found: { status: 404, title: 'No such page' },
  cluster_not_found: { status: 404, title: 'No such cluster' },
  job_not_found: { status: 404, title: 'No such job' },
  webhook_not_found: { status: 404, title: 'No such webhook message' },
  tag_not_found: { status: 404, title: 'No such tag there' },
  decision_not_found: { status: 404, title: 'No such decision' },
  connection_not_found: { status: 404, title: 'This wiki is not connected' },
  exchange_not_found: { status: 404, title: 'No such exchange' },
  api_key_not_found: { status: 404, title: 'No such API key' },
  wiki_app_off: { status: 404, title: 'The wiki app is switched off' },
  notification_not_found: { status: 404, title: 'No such notification' },
  web_page_not_built: { status: 404, title: 'The web page was not built' },
  wiki_exists: { status: 409, title: 'A wiki with this wiki_id exists already' },
  run_active: { status: 409, title: 'A run is already active for this wiki' },
  run_not_resumable: {
    status: 409,
    title: 'Only a failed or cancelled run, or a completed one with errors, can be resumed',
  },
  run_without_diff: { status: 409, title: 'What this run changed is not known, or not yet' },
  run_not_applicable: { status: 409, title: 'Only a completed dry run of the wiki as it is can be applied' },
  run_not_undoable: { status: 409, title: 'Only the run that the wiki shows can be undone, once it has ended' },
  run_not_active: { status: 409, title: 'Only a queued or processing run can be cancelled' },
  exchange_active: { status: 409, title: 'An import or export is already under way for this wiki' },
  exchange_not_possible: { status: 409, title: 'The import or export is not in a state for that' },
  connection_failed: { status: 422, title: 'The wiki could not be reached with these settings' },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was used with another request' },
  validation_failed: { status: 422, title: 'The request does not have the right form' },
  malformed_body: { status: 400, title: 'The body could not be read' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body has a type that this route does not take' },
  too_many_pages: { status: 422, title: 'The wiki has more pages than MAX_WIKI_PAGES' },
  embedding_dims_mismatch: { status: 422, title: 'The vectors of this wiki differ in length' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something broke on our side' },
  tagging_service_failed: { status: 502, title: 'The tagging service could not do it' },
  not_ready: { status: 503, title: 'The service is not ready' },
  tagging_service_down: { status: 503, title: 'The tagging service cannot be reached' },
  tagging_service_slow: { status: 504, title: 'The tagging service did not answer in time' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** An error for the client, sent as RFC 9457 problem+json: {type, title, status, code, detail, ...extra}. */
export class Problem extends HttpException {
  constructor(
    readonly code: ProblemCode,
    /** One or two sentences: what is wrong and what to do next. */
    readonly detail: string,
    /** More members for the body, e.g. `{job_id}` or `{errors: [...]}`. */
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail, PROBLEMS[code].status);
  }
}
