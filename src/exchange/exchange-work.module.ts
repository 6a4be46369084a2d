import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.js';
import type { Surroundings } from '../connectors/surroundings.js';
import { BatchRepository } from '../wiki/import/batch.repository.js';
import { ConnectionsRepository } from './connections/connections.repository.js';
import { createSecretBox, SECRET_BOX } from './connections/secret-box.js';
import { SURROUNDINGS, surroundingsOf } from './surroundings.js';
import { ClaimsRepository } from './work/claims.repository.js';
import { Exchanger } from './work/exchanger.js';
import { ExportPlan } from './work/export-plan.js';
import { ExportUndo } from './work/export-undo.js';
import { ExportWrite } from './work/export-write.js';
import { GonePages } from './work/gone-pages.js';
import { ImportedPages } from './work/imported-pages.js';
import { OpenEdits } from './work/open-edits.js';
import { Outcomes } from './work/outcomes.js';
import { PageImport } from './work/page-import.js';
import { PageWritesRepository } from './work/page-writes.repository.js';
import { PhaseRunner } from './work/phases.js';

/** The worker's side: carries pages in and tags out. */
@Module({
  providers: [
    ConnectionsRepository,
    { provide: SECRET_BOX, useFactory: createSecretBox, inject: [CONFIG] },
    { provide: SURROUNDINGS, useFactory: surroundingsOf, inject: [CONFIG] },
    ...[BatchRepository, ClaimsRepository, PageWritesRepository, Outcomes, OpenEdits, ImportedPages, GonePages],
    ...[PageImport, ExportPlan, ExportWrite, ExportUndo],
    {
      provide: Exchanger,
      inject: [
        ConnectionsRepository,
        ClaimsRepository,
        SURROUNDINGS,
        OpenEdits,
        PageImport,
        ExportPlan,
        ExportWrite,
        ExportUndo,
      ],
      useFactory: (
        connections: ConnectionsRepository,
        claims: ClaimsRepository,
        around: Surroundings,
        openEdits: OpenEdits,
        ...phases: [PageImport, ExportPlan, ExportWrite, ExportUndo]
      ) => {
        const [read, plan, write, undo] = phases;
        const byName = { import: read, plan, write, undo };
        return new Exchanger(claims, new PhaseRunner(connections, claims, around, openEdits, byName));
      },
    },
  ],
})
export class ExchangeWorkModule {}
