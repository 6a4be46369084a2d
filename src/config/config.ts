import { isAbsolute } from 'node:path';
import { z } from 'zod';

const flag = z.enum(['true', 'false']).transform((v) => v === 'true');
const whole = (low: number, high: number) => z.coerce.number().int().min(low).max(high);
const list = z.string().transform((v) =>
  v
    .split(',')
    .map((s) => s.trim())
    .filter(Boolean),
);
const secret = z.string().min(8, 'must have at least 8 characters');
const host = z
  .string()
  .regex(/^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i, 'must be host names or addresses, each with or without a :port')
  .refine((entry) => URL.canParse(`http://${entry}`), 'must be host names or addresses, each with or without a :port');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });

/** The whole environment of the service. A bad value stops the start; messages name the variable, never its value. */
const environment = z
  .object({
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: whole(0, 65535).default(3000),
    DATA_DIR: z.string().min(1).default('.data'),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }).optional(),
    REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// URL' }).optional(),
    API_KEYS: list.pipe(z.array(secret).min(1, 'must hold at least one key')).optional(),
    RATE_LIMIT_PER_MINUTE: whole(0, 10_000_000).default(12_000),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),

    MAX_WIKI_PAGES: whole(1, 10_000_000).default(10_000),
    PIPELINE_TIMEOUT_SECONDS: whole(1, 7 * 86_400).default(3600),
    ENABLE_PROGRESS_TRACKING: flag.default(true),
    MAX_CLUSTER_RETRIES: whole(0, 100).default(3),
    RETRY_DELAY_SECONDS: z.coerce.number().min(0).max(3600).default(5),

    QUEUE_NAME: z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _')
      .default('tagging'),
    JOB_TTL_SECONDS: whole(0, 31_536_000).default(86_400),
    RESULT_TTL_SECONDS: whole(0, 31_536_000).default(604_800),
    WORKER_CONCURRENCY: whole(1, 64).default(2),

    TAGGER: z.enum(['llm', 'keywords']).optional(),
    OPENAI_API_KEY: z.string().min(1).optional(),
    OPENAI_BASE_URL: httpUrl.optional(),
    TAG_MODEL: z.string().min(1).default('gpt-4o-mini'),
    LLM_CONCURRENCY: whole(1, 256).default(8),
    LLM_TIMEOUT_SECONDS: z.coerce.number().positive().max(3600).default(60),

    EMBEDDER: z.enum(['lsa', 'openai', 'onnx']).default('lsa'),
    EMBEDDING_MODEL: z.string().min(1).default('text-embedding-3-small'),
    ONNX_MODEL_DIR: z.string().min(1).optional(),

    CLUSTERING_BACKEND: z.enum(['auto', 'native', 'onnx', 'tfjs-gpu', 'js']).default('auto'),
    CLUSTERING_THREADS: whole(0, 1024).default(0),

    WEBHOOK_SECRET: secret.optional(),
    WEBHOOK_ALLOWED_HOSTS: list.pipe(z.array(host)).default([]),

    CONNECTOR_FOLDERS: list
      .pipe(z.array(z.string().refine((folder) => isAbsolute(folder), 'must be absolute paths of folders')))
      .default([]),
    CONNECTOR_ALLOWED_HOSTS: list.pipe(z.array(host)).default([]),
    CONNECTION_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),

    WIKI_JWT_SECRET: secret.optional(),
    TAGGING_API_URL: httpUrl.optional(),
    TAGGING_API_KEY: secret.optional(),
    WIKI_APP_URL: httpUrl.optional(),
  })
  .superRefine((env, context) => {
    const need = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    const hasLlm = env.OPENAI_API_KEY !== undefined || env.OPENAI_BASE_URL !== undefined;
    if (env.TAGGER === 'llm' && !hasLlm) need('OPENAI_API_KEY', 'or OPENAI_BASE_URL must be set for TAGGER=llm');
    if (env.EMBEDDER === 'openai' && !hasLlm)
      need('OPENAI_API_KEY', 'or OPENAI_BASE_URL must be set for EMBEDDER=openai');
    if (env.EMBEDDER === 'onnx' && env.ONNX_MODEL_DIR === undefined)
      need('ONNX_MODEL_DIR', 'must be set for EMBEDDER=onnx');
    if (env.TAGGING_API_URL !== undefined && env.TAGGING_API_KEY === undefined)
      need('TAGGING_API_KEY', 'must be set where TAGGING_API_URL is set');
  })
  .transform((env) => ({
    ...env,
    TAGGER:
      env.TAGGER ??
      (env.OPENAI_API_KEY !== undefined || env.OPENAI_BASE_URL !== undefined
        ? ('llm' as const)
        : ('keywords' as const)),
  }));

export type Config = Readonly<z.output<typeof environment>>;

/** Nest injection token of the frozen `Config`. */
export const CONFIG = Symbol('CONFIG');

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Checks and freezes the environment. Empty variables count as absent; `defaults` fill in for absent ones.
 * @throws {ConfigError} one line a bad variable: its name and what it must be, never its value.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, defaults: NodeJS.ProcessEnv = {}): Config {
  const given = Object.fromEntries(
    Object.entries({ ...defaults, ...env }).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${withoutValue(issue)}`);
  throw new ConfigError(
    `The environment is not valid:\n${lines.join('\n')}\nSee .env.example for what each variable takes.`,
  );
}

function withoutValue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  return issue.message.replace(/, received .*$/, '');
}
