import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CONFIG, type Config } from '../config/config.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { AuditController } from './audit.controller.js';
import { API_KEYS, configuredKeys } from './configured-keys.js';
import { KeyRing } from './key-ring.js';
import { OpenRequests } from './open-requests.js';

/** Who may do what: every route of the process is behind its guard. */
@Global()
@Module({
  controllers: [ApiKeysController, AuditController],
  providers: [
    { provide: API_KEYS, useFactory: (config: Config) => configuredKeys(config), inject: [CONFIG] },
    ApiKeysRepository,
    KeyRing,
    OpenRequests,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [API_KEYS, KeyRing],
})
export class AccessModule {}
