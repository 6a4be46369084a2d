import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

export interface Cancelled {
  /** For native code: heard while it runs. */
  readonly signal: AbortSignal;
  /** For JavaScript, which hears nothing while it runs: throws between two steps once the work is cancelled. */
  checkpoint(): void;
}

/** On a worker thread: any message on the port cancels the work. */
export function cancelledBy(port: MessagePort): Cancelled {
  const cancelled = new AbortController();
  port.once('message', () => cancelled.abort());
  return {
    signal: cancelled.signal,
    checkpoint: () => {
      if (receiveMessageOnPort(port) !== undefined) cancelled.abort();
      cancelled.signal.throwIfAborted();
    },
  };
}
