import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CONFIG, type Config } from '../config/config.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { API_KEYS, resolveApiKeys } from './api-keys.js';

@Global()
@Module({
  providers: [
    { provide: API_KEYS, useFactory: (config: Config) => resolveApiKeys(config), inject: [CONFIG] },
    { provide: APP_GUARD, useClass: ApiKeyGuard },
  ],
  exports: [API_KEYS],
})
export class AccessModule {}
