/** SQLSTATE classes and codes, and Node's, that say the server or the way to it is away, whatever was asked of it. */
const AWAY = /^(08|57P0[123]$|ECONNREFUSED$|ECONNRESET$|EPIPE$|ETIMEDOUT$|ENOTFOUND$|EAI_AGAIN$)/;
/** What `pg` says without a code. */
const SAYS_AWAY =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether a query failed because the server was away, not because of the query: worth another try. */
export function isConnectionLost(error: unknown): boolean {
  // by shape, not by class: the driver's own errors and those that TypeORM wraps
  const { driverError, code, message } = Object(error) as { driverError?: unknown; code?: unknown; message?: unknown };
  if (driverError !== undefined && driverError !== null) return isConnectionLost(driverError);
  return (typeof code === 'string' && AWAY.test(code)) || (typeof message === 'string' && SAYS_AWAY.test(message));
}
