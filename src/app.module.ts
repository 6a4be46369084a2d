import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { API_KEYS } from './access/configured-keys.js';
import { RateLimitModule } from './access/rate-limit.module.js';
import { HttpShutdown } from './common/http-shutdown.js';
import { CONFIG, type Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { ExchangeModule } from './exchange/exchange.module.js';
import { ExchangeWorkModule } from './exchange/exchange-work.module.js';
import { HealthModule } from './health/health.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { WorkerModule } from './pipeline/worker.module.js';
import { ReviewModule } from './review/review.module.js';
import type { Role } from './role.js';
import { createSigner } from './webhooks/signing.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WikiModule } from './wiki/wiki.module.js';
import { MESSAGE_VERIFIER } from './wiki-app/callback.controller.js';
import { SERVICE_KEY } from './wiki-app/service-client.js';
import { WikiAppModule } from './wiki-app/wiki-app.module.js';

/** Without TAGGING_API_KEY the wiki app asks the service of this very process, with a key of its own. */
const wikiApp = () =>
  WikiAppModule.with([
    {
      provide: SERVICE_KEY,
      useFactory: (config: Config, keys: readonly string[]) => config.TAGGING_API_KEY ?? keys[0],
      inject: [CONFIG, API_KEYS],
    },
    { provide: MESSAGE_VERIFIER, useFactory: createSigner, inject: [CONFIG] },
  ]);

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
          ? [
              RateLimitModule,
              AccessModule,
              WikiModule,
              JobsModule,
              ReviewModule,
              HealthModule,
              WebhooksModule,
              ExchangeModule,
            ]
          : []),
        ...(role.http ? [wikiApp()] : []),
        ...(role.parts.includes('pipeline') ? [ExchangeWorkModule] : []),
        ...(role.parts.length > 0 ? [WorkerModule.forParts(role.parts)] : []),
      ],
    };
  }
}
