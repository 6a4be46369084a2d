import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { EmbeddingModule } from '../embedding/embedding.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TaggingModule } from '../tagging/tagging.module.js';
import { DeliveryModule } from '../webhooks/delivery.module.js';
import { AnswersModule } from './answers.module.js';
import { ClustersRepository } from './clusters.repository.js';
import { CorpusReader } from './corpus.js';
import { PageTagsRepository } from './page-tags.repository.js';
import { PipelineModule } from './pipeline.module.js';
import { Reconciler } from './reconciler.js';
import type { RunPart } from './run.repository.js';
import { Runner, STAGES } from './runner.js';
import { SidecarPresence } from './sidecar-presence.js';
import { SidecarsRepository } from './sidecars.repository.js';
import type { Stage } from './stage.js';
import { ClusterStage } from './stages/cluster.js';
import { EmbedStage } from './stages/embed.js';
import { FetchStage } from './stages/fetch.js';
import { FinishStage } from './stages/finish.js';
import { OutliersStage } from './stages/outliers.js';
import { TagStage } from './stages/tag.js';
import { VectorsRepository } from './vectors.repository.js';
import { isSidecar, PARTS, Workers } from './workers.js';

const PIPELINE_STAGES: Type<Stage>[] = [FetchStage, EmbedStage, TagStage, OutliersStage, FinishStage];

/** A process that works on runs: all of it, or the clustering alone (the GPU sidecar). */
@Module({})
export class WorkerModule {
  static forParts(parts: readonly RunPart[]): DynamicModule {
    const stages = [
      ...(parts.includes('pipeline') ? PIPELINE_STAGES : []),
      ...(parts.includes('clustering') ? [ClusterStage] : []),
    ];
    return {
      module: WorkerModule,
      imports: [
        PipelineModule,
        QueueModule,
        ...(parts.includes('pipeline')
          ? [EmbeddingModule, TaggingModule.forRoot([AnswersModule]), DeliveryModule]
          : []),
      ],
      providers: [
        ...stages,
        { provide: STAGES, useFactory: (...made: Stage[]) => made, inject: stages },
        { provide: PARTS, useValue: parts },
        VectorsRepository,
        ClustersRepository,
        CorpusReader,
        PageTagsRepository,
        Runner,
        SidecarsRepository,
        ...(isSidecar(parts) ? [SidecarPresence] : []),
        Workers,
        Reconciler,
      ],
    };
  }
}
