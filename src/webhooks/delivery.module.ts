import { Module } from '@nestjs/common';
import { systemNetwork } from '../common/outside/network.js';
import { CONFIG, type Config } from '../config/config.js';
import { Deliverer } from './deliverer.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { createSigner } from './signing.js';

/** The worker's side: delivers what the outbox holds. */
@Module({
  providers: [
    DeliveriesRepository,
    {
      provide: Deliverer,
      inject: [DeliveriesRepository, CONFIG],
      useFactory: (deliveries: DeliveriesRepository, config: Config) => {
        const signer = createSigner(config);
        const allowedHosts = config.WEBHOOK_ALLOWED_HOSTS;
        return new Deliverer(deliveries, signer && { signer, network: systemNetwork, allowedHosts });
      },
    },
  ],
})
export class DeliveryModule {}
