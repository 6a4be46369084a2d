import { PROBLEMS, Problem, type ProblemCode } from '../common/problem.js';

/**
 * `refused`: the service says no (4xx). `down`: nobody is there, so that nothing was asked. `slow`: no answer in time.
 * `failed`: a broken answer or a 5xx. After the last two nobody knows what the service has done.
 */
export type FaultKind = 'refused' | 'down' | 'slow' | 'failed';

/** A problem+json body as far as we read it. */
export interface ServiceProblem {
  readonly code?: string;
  readonly detail?: string;
  readonly job_id?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

const NO_CONNECTION = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** Why the tagging service did not do what it was asked. */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault';

  constructor(
    readonly kind: FaultKind,
    /** For people: what is wrong. */
    readonly detail: string,
    readonly status?: number,
    readonly problem: ServiceProblem = {},
  ) {
    super(detail);
  }

  /** What an answer of 400 or more means. */
  static ofAnswer(status: number, problem: ServiceProblem): ServiceFault {
    if (status === 401 || status === 403) {
      const detail = 'The tagging service does not take the key of the wiki app. Its operator sets TAGGING_API_KEY.';
      return new ServiceFault('failed', detail, status, problem);
    }
    const said = problem.detail ?? `The tagging service answered ${status}.`;
    return new ServiceFault(status < 500 ? 'refused' : 'failed', said, status, problem);
  }

  /** What an error of the connection means. */
  static ofConnection(error: unknown): ServiceFault {
    if (error instanceof ServiceFault) return error;
    const { code, cause } = Object(error) as { code?: string; cause?: { code?: string } };
    if (NO_CONNECTION.test(code ?? cause?.code ?? ''))
      return new ServiceFault('down', 'The tagging service cannot be reached. Try again when it is up.');
    return new ServiceFault('failed', 'The tagging service broke off in the middle of its answer.');
  }

  /** The same for a user: the service's own words where it refuses, in the same form. */
  toProblem(): Problem {
    if (this.kind === 'down') return new Problem('tagging_service_down', this.detail);
    if (this.kind === 'slow') return new Problem('tagging_service_slow', this.detail);
    const { code, job_id, errors } = this.problem;
    if (this.kind === 'failed' || code === undefined || !Object.hasOwn(PROBLEMS, code))
      return new Problem('tagging_service_failed', this.detail);
    const extra = { ...(job_id === undefined ? {} : { job_id }), ...(errors === undefined ? {} : { errors }) };
    return new Problem(code as ProblemCode, this.detail, extra);
  }
}
