import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.js';
import { CallbackUrls } from './callback-urls.js';
import { createSigner, SIGNER } from './signing.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** The HTTP side: which callback URLs are taken, what became of the messages. */
@Module({
  controllers: [WebhooksController],
  providers: [WebhooksRepository, CallbackUrls, { provide: SIGNER, useFactory: createSigner, inject: [CONFIG] }],
  exports: [CallbackUrls],
})
export class WebhooksModule {}
