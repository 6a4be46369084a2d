import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { RateLimitModule } from './access/rate-limit.module.js';
import { HttpShutdown } from './common/http-shutdown.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { WorkerModule } from './pipeline/worker.module.js';
import { ReviewModule } from './review/review.module.js';
import type { Role } from './role.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WikiModule } from './wiki/wiki.module.js';

@Module({})
export class AppModule {
  static forRole(role: Role, config: Config): DynamicModule {
    return {
      module: AppModule,
      providers: role.http ? [HttpShutdown] : [],
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule,
        ...(role.http
          ? [RateLimitModule, AccessModule, WikiModule, JobsModule, ReviewModule, HealthModule, WebhooksModule]
          : []),
        ...(role.parts.length > 0 ? [WorkerModule.forParts(role.parts)] : []),
      ],
    };
  }
}
