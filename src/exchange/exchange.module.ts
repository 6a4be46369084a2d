import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { ConnectionsRepository } from './connections/connections.repository.js';
import { ConnectionsService } from './connections/connections.service.js';
import { createSecretBox, SECRET_BOX } from './connections/secret-box.js';
import { ExchangesController } from './exchanges/exchanges.controller.js';
import { ExchangesRepository } from './exchanges/exchanges.repository.js';
import { ExchangesService } from './exchanges/exchanges.service.js';
import { SURROUNDINGS, surroundingsOf } from './surroundings.js';

/** The HTTP side: connects wikis, starts and steers imports and exports, shows how far they are. */
@Module({
  controllers: [ConnectionsController, ExchangesController],
  providers: [
    ConnectionsRepository,
    ConnectionsService,
    ExchangesRepository,
    ExchangesService,
    { provide: SECRET_BOX, useFactory: createSecretBox, inject: [CONFIG] },
    { provide: SURROUNDINGS, useFactory: surroundingsOf, inject: [CONFIG] },
  ],
})
export class ExchangeModule {}
