import { type DynamicModule, Module } from '@nestjs/common';
import { CONFIG, type Config, readConfig } from './config.js';

/** Provides the frozen `Config` under the token CONFIG, everywhere. */
@Module({})
export class ConfigModule {
  static forRoot(config: Config = readConfig()): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
