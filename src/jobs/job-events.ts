import { Injectable, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import {
  concat,
  distinctUntilChanged,
  exhaustMap,
  map,
  type Observable,
  of,
  Subject,
  takeUntil,
  takeWhile,
  timer,
} from 'rxjs';
import type { Job } from './jobs.schemas.js';
import { JobsService } from './jobs.service.js';

const POLL_MS = 500;

/** Server-sent events of a job: the row is read twice a second, and sent when it differs. */
@Injectable()
export class JobEvents implements OnModuleDestroy {
  private readonly goingDown = new Subject<void>();

  constructor(private readonly jobs: JobsService) {}

  watch(first: Job): Observable<MessageEvent> {
    const states = concat(of(first), timer(POLL_MS, POLL_MS).pipe(exhaustMap(() => this.jobs.show(first.job_id))));
    return states.pipe(
      map((job) => ({ job, text: JSON.stringify(job) })),
      distinctUntilChanged((a, b) => a.text === b.text),
      takeWhile(({ job }) => job.status === 'queued' || job.status === 'processing', true),
      map(({ text }) => ({ type: 'job', data: text })),
      takeUntil(this.goingDown),
    );
  }

  /** Clients ask again and reach the next process; a stream left open would keep this one from ending. */
  onModuleDestroy(): void {
    this.goingDown.next();
  }
}
