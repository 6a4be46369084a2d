import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../config/config.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';

/** The PostgreSQL server behind everything: the one of DATABASE_URL, or the embedded one of DATA_DIR. */
@Injectable()
export class DatabaseServer implements OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private embedded: Promise<EmbeddedPostgres> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly modules: ModuleRef,
  ) {}

  /** Connection string, secret and all; starts the embedded server where that is the one. */
  async url(): Promise<string> {
    if (this.config.DATABASE_URL !== undefined) return this.config.DATABASE_URL;
    this.embedded ??= EmbeddedPostgres.start(this.config.DATA_DIR, {
      onEvent: (level, message) => this.logger[level](message),
    });
    return (await this.embedded).url;
  }

  /** Nest stops HTTP and the workers before this hook, so nothing writes any more. The connections go first. */
  async onApplicationShutdown(): Promise<void> {
    const dataSource = this.modules.get(DataSource, { strict: false });
    if (dataSource.isInitialized) await dataSource.destroy();
    await (await this.embedded?.catch(() => undefined))?.leave();
  }
}
