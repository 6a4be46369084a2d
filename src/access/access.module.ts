import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { CONFIG, type Config } from '../config/config.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { AuditController } from './audit.controller.js';
import { API_KEYS, configuredKeys } from './configured-keys.js';
import { KeyRing } from './key-ring.js';
import { OpenRequests } from './open-requests.js';
import { RateLimitGuard, throttlerOptions } from './rate-limit.guard.js';
import { WindowCounts } from './window-counts.js';

/** Who may do what: every route of the process is behind its guards, in the order they stand in here. */
@Global()
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => throttlerOptions(config, new WindowCounts()),
    }),
  ],
  controllers: [ApiKeysController, AuditController],
  providers: [
    { provide: API_KEYS, useFactory: (config: Config) => configuredKeys(config), inject: [CONFIG] },
    ApiKeysRepository,
    KeyRing,
    OpenRequests,
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [API_KEYS, KeyRing],
})
export class AccessModule {}
