import { Module } from '@nestjs/common';
import { BatchRepository } from './import/batch.repository.js';
import { ImportService } from './import/import.service.js';
import { PagesController } from './pages.controller.js';
import { PagesRepository } from './pages.repository.js';
import { ResultsController } from './results.controller.js';
import { ResultsRepository } from './results.repository.js';
import { WikisController } from './wikis.controller.js';
import { WikisRepository } from './wikis.repository.js';

/** Wikis, their pages and what runs made of them, over HTTP. Needs a TypeORM DataSource. */
@Module({
  controllers: [WikisController, PagesController, ResultsController],
  providers: [WikisRepository, PagesRepository, ResultsRepository, BatchRepository, ImportService],
})
export class WikiModule {}
