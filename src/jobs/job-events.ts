import { Injectable, type MessageEvent } from '@nestjs/common';
import { concat, distinctUntilChanged, exhaustMap, map, type Observable, of, takeWhile, timer } from 'rxjs';
import type { Job } from './jobs.schemas.js';
import { JobsService } from './jobs.service.js';

const POLL_MS = 500;

/** Server-sent events of a job: the row is read twice a second, and sent when it differs. */
@Injectable()
export class JobEvents {
  constructor(private readonly jobs: JobsService) {}

  watch(first: Job): Observable<MessageEvent> {
    const states = concat(of(first), timer(POLL_MS, POLL_MS).pipe(exhaustMap(() => this.jobs.show(first.job_id))));
    return states.pipe(
      map((job) => ({ job, text: JSON.stringify(job) })),
      distinctUntilChanged((a, b) => a.text === b.text),
      takeWhile(({ job }) => job.status === 'queued' || job.status === 'processing', true),
      map(({ text }) => ({ type: 'job', data: text })),
    );
  }
}
