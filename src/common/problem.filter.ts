import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PROBLEMS, Problem, type ProblemCode } from './problem.js';
import { withoutSecrets } from './secrets.js';

const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_body',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'validation_failed',
  429: 'rate_limited',
  503: 'not_ready',
};

/** A client that was told 503 should wait so long, in seconds. */
const RETRY_AFTER = '5';
const REFUSED_PATIENCE_MS = 5_000;
const OWN_WORDS = new Set(['type', 'title', 'code']);

/** Turns whatever was thrown into application/problem+json (RFC 9457). What is not the client's fault is logged, not shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  /** @param known the problem behind an error that this folder knows nothing of, such as a database that is away */
  constructor(private readonly known: (error: unknown) => Problem | undefined = () => undefined) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const request = host.switchToHttp().getRequest<Request>();
    const problem = this.known(error) ?? toProblem(error);
    if (problem.code === 'internal') this.logger.error(error instanceof Error ? error : String(error));
    if (problem.getStatus() > 500) this.logger.warn(`${request.method} ${request.path}: ${problem.detail}`);
    if (response.headersSent) {
      response.destroy(); // a stream broke in the middle: a cut connection is the only honest end
      return;
    }
    if (problem.getStatus() === 503) response.setHeader('retry-after', RETRY_AFTER);
    if (problem.getStatus() === 401) response.setHeader('www-authenticate', 'Bearer');
    if (problem.getStatus() === 401 || problem.code === 'rate_limited') endSoon(request);
    response
      .status(problem.getStatus())
      .type('application/problem+json')
      .send(JSON.stringify(problemBody(problem, request.path), clean));
  }
}

/** Uploads may take as long as they like, but not those of somebody who has been refused. */
function endSoon(request: Request): void {
  if (request.complete) return;
  setTimeout(() => request.complete || request.destroy(), REFUSED_PATIENCE_MS).unref();
}

/** For JSON.stringify: whatever text found its way into an error, a secret is not shown. */
function clean(name: string, value: unknown): unknown {
  return typeof value === 'string' && !OWN_WORDS.has(name) ? withoutSecrets(value) : value;
}

/** The body as RFC 9457, section 3 has it. */
export function problemBody(problem: Problem, instance: string): Record<string, unknown> {
  const { status, title } = PROBLEMS[problem.code];
  return {
    ...problem.extra,
    type: `urn:wikitag:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.detail,
    instance,
  };
}

/** Maps any error to a Problem: ours as they are, the framework's and the body parser's by their status, the rest to `internal`. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = error instanceof HttpException ? error.getStatus() : clientStatus(error);
  const code = status === undefined ? undefined : BY_STATUS[status];
  if (code !== undefined) return new Problem(code, error instanceof Error ? error.message : PROBLEMS[code].title);
  if (status !== undefined && status >= 400 && status < 500)
    return new Problem('malformed_body', 'The request could not be understood.');
  return new Problem('internal', 'The error was logged. Try again; if it stays, look into the log of the service.');
}

/** Status of a body-parser or router error (an http-errors object), only where it blames the client. */
function clientStatus(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof URIError) return 400;
  const { status, expose } = error as { status?: unknown; expose?: unknown };
  return typeof status === 'number' && status < 500 && expose === true ? status : undefined;
}
