/** What the routes give, as far as the page uses it. The OpenAPI document of the service describes all of it. */

export interface Me {
  readonly sub: string;
  readonly role: 'admin' | 'member';
}

export interface Wiki {
  readonly wiki_id: number;
  readonly name: string;
  readonly pages: number;
  readonly owner: string | null;
  /** The run whose clusters and tags the wiki shows; null before the first. */
  readonly current_job_id: string | null;
}

export type JobStatus = 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled';
export type JobStage = 'fetch' | 'embed' | 'cluster' | 'tag' | 'outliers' | 'finish';

export interface Job {
  readonly job_id: string;
  readonly wiki_id: number;
  readonly status: JobStatus;
  readonly stage: JobStage;
  readonly options: Readonly<Record<string, unknown>>;
  readonly progress: {
    readonly pages_fetched: number;
    readonly clusters_created: number;
    readonly clusters_processed: number;
    readonly tags_generated: number;
    readonly tags_applied: number;
    readonly outliers_handled: number;
  };
  readonly errors: readonly { readonly cluster_id: number | null; readonly stage: string; readonly error: string }[];
  readonly setback: { readonly error: string; readonly next_look_at: string | null } | null;
  readonly timings: Readonly<Record<string, number>>;
  readonly queue_position: number | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly dry_run: boolean;
  readonly applied_at: string | null;
  readonly undone_at: string | null;
}

export interface RunOptions {
  readonly min_cluster_size?: number;
  readonly auto_apply_threshold: number;
  readonly handle_outliers: 'nearest' | 'individual' | 'skip';
  readonly regenerate_clusters: boolean;
  readonly dry_run: boolean;
}

export interface PageTitle {
  readonly page_id: string;
  readonly title: string;
}

export interface Cluster {
  readonly cluster_id: number;
  readonly label: string | null;
  readonly size: number;
  readonly tags: readonly { readonly tag: string; readonly confidence: number }[];
  readonly representatives: readonly PageTitle[];
  readonly layer: number;
  readonly parent_id: number | null;
  readonly job_id: string;
}

export type TagSource = 'cluster' | 'nearest' | 'individual' | 'human';
export type TagStatus = 'applied' | 'suggested' | 'rejected';

export interface PageTag {
  readonly tag: string;
  readonly confidence: number;
  readonly source: TagSource;
  readonly status: TagStatus;
  readonly cluster_id: number | null;
}

/** A line of the export. */
export interface ExportedPage extends PageTitle {
  readonly cluster_id: number | null;
  readonly assigned_cluster_id: number | null;
  readonly cluster_path: readonly number[];
  readonly probability: number | null;
  readonly tags: readonly PageTag[];
}

/** A line of the map: x right and y up, both -1 to 1. */
export interface MappedPage {
  readonly page_id: string;
  readonly x: number;
  readonly y: number;
  readonly cluster_id: number | null;
}

export interface StoredPage extends PageTitle {
  readonly created_at: string;
  readonly updated_at: string;
}

export interface TagCount {
  readonly tag: string;
  readonly pages: number;
  readonly suggested_pages: number;
  readonly human_pages: number;
}

export interface ReviewItem extends PageTitle {
  readonly tag: string;
  readonly confidence: number;
  readonly source: TagSource;
  readonly status: TagStatus;
  readonly cluster_id: number | null;
  readonly cluster_label: string | null;
  readonly why: string;
}

export interface DecisionRequest {
  readonly decision: 'approve' | 'reject' | 'rename';
  readonly tag: string;
  readonly page_id?: string;
  readonly cluster_id?: number;
  readonly new_tag?: string;
}

export interface Decision {
  readonly decision_id: string;
  readonly decision: 'approve' | 'reject' | 'rename';
  readonly tag: string;
  readonly page_id: string | null;
  readonly cluster_id: number | null;
  readonly new_tag: string | null;
  readonly decided_by: string;
}

interface ConfidentStatus {
  readonly confidence: number;
  readonly status: TagStatus;
}

export interface PageDiff extends PageTitle {
  readonly added: readonly ({ readonly tag: string } & ConfidentStatus)[];
  readonly removed: readonly ({ readonly tag: string } & ConfidentStatus)[];
  readonly changed: readonly {
    readonly tag: string;
    readonly from: ConfidentStatus;
    readonly to: ConfidentStatus;
  }[];
}

export interface DiffTotals {
  readonly pages_changed: number;
  readonly tags_added: number;
  readonly tags_removed: number;
  readonly tags_changed: number;
}

export interface Notification {
  readonly notification_id: string;
  readonly message: string;
  readonly wiki_id: number;
  readonly job_id: string | null;
  readonly created_at: string;
  readonly read_at: string | null;
}

export type ConnectorKind = 'markdown' | 'mediawiki' | 'http';

/** How a wiki is reached. */
export interface ConnectionRequest {
  readonly kind: ConnectorKind;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What a look at the wiki told. */
export interface Checked {
  readonly title: string;
  readonly pages: number | null;
  readonly can_write: boolean;
  readonly problems: readonly string[];
}

export interface Connection extends ConnectionRequest, Checked {
  readonly checked_at: string;
}

export interface Exchange {
  readonly exchange_id: string;
  readonly wiki_id: number;
  readonly kind: 'import' | 'export';
  readonly status:
    | 'queued'
    | 'running'
    | 'previewed'
    | 'writing'
    | 'completed'
    | 'failed'
    | 'cancelled'
    | 'undoing'
    | 'undone';
  readonly progress: Readonly<Record<string, number>>;
  /** What it waits for while the wiki takes nothing; it goes on by itself. */
  readonly waiting: string | null;
  readonly error: string | null;
  readonly created_at: string;
  readonly completed_at: string | null;
}

export interface ExchangePage extends PageTitle {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly state: string;
  readonly reason: string | null;
}
