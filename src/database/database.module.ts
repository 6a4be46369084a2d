import { Global, Logger, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { DatabaseServer } from './database-server.js';
import { migrate } from './migrate.js';
import { dataSourceOptions } from './options.js';

/** Not there yet, or starting up: worth another try. Everything else (password, schema) fails at once. */
const WORTH_A_RETRY = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', '57P03'];

@Global()
@Module({ providers: [DatabaseServer], exports: [DatabaseServer] })
class DatabaseServerModule {}

/** TypeORM on the service's PostgreSQL, its schema up to date. Features add entities with `TypeOrmModule.forFeature`. */
@Module({
  imports: [
    DatabaseServerModule,
    TypeOrmModule.forRootAsync({
      inject: [DatabaseServer],
      useFactory: async (server: DatabaseServer) => {
        const logger = new Logger('Database');
        const url = await server.url();
        return {
          ...dataSourceOptions(url),
          autoLoadEntities: true,
          // An idle connection that breaks is replaced by the pool: a note, not an error.
          poolErrorHandler: (error: Error) => logger.warn(`A database connection broke: ${error.message}`),
          toRetry: (error: { code?: string }) => WORTH_A_RETRY.includes(error.code ?? ''),
        };
      },
      dataSourceFactory: async (options) => {
        const dataSource = await new DataSource(options as DataSourceOptions).initialize();
        try {
          await migrate(dataSource);
        } catch (error) {
          await dataSource.destroy();
          throw error;
        }
        return dataSource;
      },
    }),
  ],
  exports: [DatabaseServerModule],
})
export class DatabaseModule {}
