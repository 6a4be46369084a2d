import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { CONFIG } from '../config/config.js';
import { CallbackController } from './callback.controller.js';
import { GatewayController } from './gateway/gateway.controller.js';
import { WikiOf } from './gateway/wiki-of.js';
import { WikiAppJobsController } from './jobs.controller.js';
import { JobsRepository } from './jobs.repository.js';
import { JWT_SECRET, wikiJwtSecret } from './jwt-secret.js';
import { ManagedWikis } from './managed-wikis.js';
import { NotificationsController } from './notifications.controller.js';
import { OwnAddress } from './own-address.js';
import { OwnersRepository } from './owners.repository.js';
import { ServiceClient } from './service-client.js';
import { Starter } from './starter.js';
import { Tracker } from './tracker.js';
import { UserTokens } from './user-tokens.js';
import { WikiAppWikisController } from './wikis.controller.js';

/** The wiki's side of the job: people, their wikis, the runs they start. Knows the tagging service by HTTP alone. */
@Module({
  controllers: [
    WikiAppJobsController,
    CallbackController,
    NotificationsController,
    WikiAppWikisController,
    GatewayController,
  ],
  providers: [
    { provide: JWT_SECRET, useFactory: wikiJwtSecret, inject: [CONFIG] },
    JobsRepository,
    ManagedWikis,
    OwnAddress,
    OwnersRepository,
    ServiceClient,
    Starter,
    Tracker,
    UserTokens,
    WikiOf,
  ],
  exports: [UserTokens],
})
export class WikiAppModule {
  /** @param shared what the wiki app and the service must have in common: SERVICE_KEY and MESSAGE_VERIFIER */
  static with(shared: readonly Provider[]): DynamicModule {
    return { module: WikiAppModule, providers: [...shared] };
  }
}
