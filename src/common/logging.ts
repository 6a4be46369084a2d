import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import { withoutSecrets } from './secrets.js';

interface LogContext {
  readonly job_id?: string;
  readonly request_id?: string;
  readonly key_id?: string;
}

const context = new AsyncLocalStorage<LogContext>();

/** Runs `work` so that every line logged inside it, however deep, carries `fields`. */
export function withLogContext<T>(fields: LogContext, work: () => T): T {
  return context.run({ ...context.getStore(), ...fields }, work);
}

/** Structured logs on stderr (stdout belongs to the programs' answers), with the job and request ids of the context. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => ({ ...context.getStore() }),
      hooks: { streamWrite: withoutSecrets },
      redact: ['authorization', '*.authorization', 'headers.authorization', 'req.headers.authorization'],
    },
    pino.destination(2),
  );
}

/** Nest's own reports of modules and routes at the start: dozens of lines that no operator needs. */
const FRAMEWORK = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Lets Nest log through pino; Nest passes the class name as the last argument. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(
    level: 'info' | 'warn' | 'error' | 'fatal' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const name = rest.length > 0 ? String(rest.at(-1)) : undefined;
    const detail = rest.length > 1 ? rest.slice(0, -1).map(String).join(' ') : undefined;
    if (level === 'info' && name !== undefined && FRAMEWORK.has(name)) level = 'debug';
    const fields = { ...(name === undefined ? {} : { context: name }), ...(detail === undefined ? {} : { detail }) };
    if (message instanceof Error) this.logger[level]({ ...fields, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.logger[level]({ ...fields, ...message });
    else this.logger[level](fields, String(message));
  }
}
