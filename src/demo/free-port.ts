import { createServer } from 'node:net';

/** `wanted` where it is free on `host`, else any free port: a demo should not fail because something else runs. */
export async function freePort(host: string, wanted: number): Promise<number> {
  return (await canListen(host, wanted)) ? wanted : 0;
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
