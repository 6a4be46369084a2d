import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { WindowCounts } from '../common/window-counts.js';
import { CONFIG, type Config } from '../config/config.js';
import { RateLimitGuard, throttlerOptions } from './rate-limit.guard.js';

/**
 * How often. Import it before AccessModule: guards run in that order, and what that one refuses must count here. Apart from
 * it, because @nestjs/throttler is CommonJS that requires ES modules: Node can do that, Jest on Node 20 cannot.
 */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => throttlerOptions(config, new WindowCounts()),
    }),
  ],
  providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
})
export class RateLimitModule {}
