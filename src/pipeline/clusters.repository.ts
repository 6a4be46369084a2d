import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Queryable, rows } from '../database/rows.js';
import type { Run } from './run.js';
import { VersionsRepository } from './versions.repository.js';

/** Where a page stands after clustering. */
export interface PagePlace {
  readonly pageId: string;
  readonly clusterId: number | null;
  readonly nearestClusterId: number | null;
  readonly nearestConfidence: number;
  /** For an outlier whose tags are kept: the cluster that they came from. The others are assigned later. */
  readonly assignedClusterId: number | null;
  readonly probability: number;
  readonly outlierScore: number;
  /** Whether this run gives the page its tags anew. */
  readonly fresh: boolean;
  /** Where the page is on the map: x and y, -1 to 1. */
  readonly position: Position;
}

type Position = readonly [number, number];

export interface NewCluster {
  readonly id: number;
  readonly layer: number;
  readonly parentId: number | null;
  readonly persistence: number;
  readonly representatives: readonly string[];
}

export interface CurrentClusters {
  readonly jobId: string;
  readonly places: ReadonlyMap<
    string,
    Omit<PagePlace, 'pageId' | 'nearestClusterId' | 'nearestConfidence' | 'fresh' | 'position'> & {
      /** null: the run was clustered before there were maps. */
      position: Position | null;
      unchanged: boolean;
      /** Has tags of this very run. Where its cluster failed, a page still has those of an earlier one. */
      tagged: boolean;
    }
  >;
}

const PLACES_AT_ONCE = 1000;

/** Clusters and the places of pages, as clustering leaves them. */
@Injectable()
export class ClustersRepository {
  constructor(
    private readonly db: DataSource,
    private readonly versions: VersionsRepository,
  ) {}

  /** Writes a run's clusters, whole, and opens its result: of a run that is not dry, the wiki's current one. */
  async replace(
    db: Queryable,
    run: Run,
    found: { clusters: readonly NewCluster[]; places: readonly PagePlace[]; compute: Record<string, unknown> },
  ): Promise<void> {
    await rows(db, 'DELETE FROM clusters WHERE job_id = $1', [run.job_id]);
    await rows(db, 'DELETE FROM page_clusters WHERE job_id = $1', [run.job_id]);
    for (const c of found.clusters)
      await rows(
        db,
        `INSERT INTO clusters (job_id, cluster_id, layer, parent_id, size, persistence, representatives) VALUES ($1, $2, $3, $4, 0, $5, $6)`,
        [run.job_id, c.id, c.layer, c.parentId, c.persistence, c.representatives],
      );
    await this.writePlaces(db, run, found.places);
    await this.versions.open(db, run);
    await this.countAnew(db, run, found.compute);
  }

  /** Takes over the clusters and tags of the current run, with new places for the pages. Cluster ids stay the same. */
  async copy(db: Queryable, run: Run, fromJob: string, places: readonly PagePlace[]): Promise<void> {
    await rows(db, 'DELETE FROM clusters WHERE job_id = $1', [run.job_id]);
    await rows(db, 'DELETE FROM page_clusters WHERE job_id = $1', [run.job_id]);
    await rows(
      db,
      `INSERT INTO clusters (job_id, cluster_id, layer, parent_id, size, persistence, label, tags, representatives, state)
       SELECT $1, cluster_id, layer, parent_id, 0, persistence, label, tags, representatives,
              CASE WHEN tags IS NULL THEN 'new' ELSE 'tagged' END
         FROM clusters WHERE job_id = $2`,
      [run.job_id, fromJob],
    );
    await this.writePlaces(db, run, places);
    await this.versions.open(db, run);
    // a page that gets new tags keeps those of the other run until it has them
    await rows(
      db,
      `UPDATE run_tags t SET job_id = $1 FROM page_clusters c
        WHERE c.job_id = $1 AND NOT c.fresh AND t.version = $1 AND t.job_id = $2 AND t.page_id = c.page_id`,
      [run.job_id, fromJob],
    );
    await this.countAnew(db, run, {
      kept_from: fromJob,
      gpu_utilization: 'not measured: the clusters of an earlier run were kept',
    });
  }

  private async writePlaces(db: Queryable, run: Run, places: readonly PagePlace[]): Promise<void> {
    // some at a time: making the parameters of all at once stalls the event loop
    for (let at = 0; at < places.length; at += PLACES_AT_ONCE) {
      const some = places.slice(at, at + PLACES_AT_ONCE);
      await rows(
        db,
        // a page deleted since the vectors were read is skipped by the join
        `INSERT INTO page_clusters (job_id, wiki_id, page_id, cluster_id, nearest_cluster_id, nearest_confidence, assigned_cluster_id,
                                    probability, outlier_score, fresh, x, y)
         SELECT $1, $2, v.page_id, v.cluster_id, v.nearest, v.confidence, v.assigned, v.probability, v.score, v.fresh, v.x, v.y
           FROM unnest($3::text[], $4::int[], $5::int[], $6::real[], $7::int[], $8::real[], $9::real[], $10::bool[],
                       $11::real[], $12::real[])
                AS v (page_id, cluster_id, nearest, confidence, assigned, probability, score, fresh, x, y)
           JOIN pages p ON p.wiki_id = $2 AND p.page_id = v.page_id`,
        [
          run.job_id,
          run.wiki_id,
          some.map((p) => p.pageId),
          some.map((p) => p.clusterId),
          some.map((p) => p.nearestClusterId),
          some.map((p) => p.nearestConfidence),
          some.map((p) => p.assignedClusterId),
          some.map((p) => p.probability),
          some.map((p) => p.outlierScore),
          some.map((p) => p.fresh),
          some.map((p) => p.position[0]),
          some.map((p) => p.position[1]),
        ],
      );
    }
    await rows(
      db,
      `WITH RECURSIVE holder AS (
         SELECT page_id, cluster_id FROM page_clusters WHERE job_id = $1 AND cluster_id IS NOT NULL
         UNION ALL
         SELECT h.page_id, c.parent_id FROM holder h JOIN clusters c ON c.job_id = $1 AND c.cluster_id = h.cluster_id WHERE c.parent_id IS NOT NULL
       ), sizes AS (SELECT cluster_id, count(*)::int AS size FROM holder GROUP BY cluster_id)
       UPDATE clusters c SET size = s.size FROM sizes s WHERE c.job_id = $1 AND c.cluster_id = s.cluster_id`,
      [run.job_id],
    );
  }

  private async countAnew(db: Queryable, run: Run, compute: Record<string, unknown>): Promise<void> {
    await rows(
      db,
      `UPDATE runs SET clusters_created = (SELECT count(*) FROM clusters WHERE job_id = $1),
              clusters_processed = 0, tags_generated = 0, tags_applied = 0, outliers_handled = 0, compute = $2 WHERE job_id = $1`,
      [run.job_id, JSON.stringify(compute)],
    );
  }

  /** The clusters that a run with `regenerate_clusters: false` builds on, or undefined where there are none yet. */
  async current(wikiId: number): Promise<CurrentClusters | undefined> {
    const [wiki] = await rows<{ job_id: string; created_at: Date }>(
      this.db,
      `SELECT r.job_id, r.created_at FROM wikis w JOIN runs r ON r.job_id = w.current_job_id
        WHERE w.wiki_id = $1 AND EXISTS (SELECT 1 FROM clusters c WHERE c.job_id = r.job_id)`,
      [wikiId],
    );
    if (wiki === undefined) return undefined;
    const places = await rows<{
      page_id: string;
      cluster_id: number | null;
      assigned_cluster_id: number | null;
      probability: number;
      outlier_score: number;
      x: number | null;
      y: number | null;
      unchanged: boolean;
      tagged: boolean;
    }>(
      this.db,
      `SELECT pc.page_id, pc.cluster_id, pc.assigned_cluster_id, pc.probability, pc.outlier_score, pc.x, pc.y, p.updated_at <= $3 AS unchanged,
              EXISTS (SELECT 1 FROM run_tags t WHERE t.version = $1 AND t.page_id = p.page_id AND t.job_id = $1) AS tagged
         FROM page_clusters pc JOIN pages p ON p.wiki_id = pc.wiki_id AND p.page_id = pc.page_id
        WHERE pc.job_id = $1 AND pc.wiki_id = $2`,
      [wiki.job_id, wikiId, wiki.created_at],
    );
    return {
      jobId: wiki.job_id,
      places: new Map(
        places.map((p) => [
          p.page_id,
          {
            clusterId: p.cluster_id,
            assignedClusterId: p.assigned_cluster_id,
            probability: p.probability,
            outlierScore: p.outlier_score,
            position: p.x === null || p.y === null ? null : [p.x, p.y],
            unchanged: p.unchanged,
            tagged: p.tagged,
          },
        ]),
      ),
    };
  }
}
