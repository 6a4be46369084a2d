import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { problemBody } from './problem.filter.js';
import { Problem } from './problem.js';

/** What Node could not even read as a request gets an answer of the same form as every other error, and is cut off. */
export function answerUnreadableRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const problem =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? new Problem('headers_too_large', 'The headers of a request must not be larger than 16 KiB together.')
        : new Problem('malformed_body', 'This is not HTTP/1.1, or the request was not finished in time.');
    const body = JSON.stringify(problemBody(problem, ''));
    socket.end(
      [
        `HTTP/1.1 ${problem.getStatus()} ${problem.code}`,
        'connection: close',
        'content-type: application/problem+json; charset=utf-8',
        'x-content-type-options: nosniff',
        `content-length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  });
}
