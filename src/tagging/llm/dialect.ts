import { type ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { ANSWER_JSON_SCHEMA } from './answer.js';
import { isUnexplainedRejection } from './faults.js';

type ResponseFormat = ChatCompletionCreateParamsNonStreaming['response_format'];

/** The part of a request that not every OpenAI-compatible server or model takes. */
export interface Dialect {
  readonly format: 'json_schema' | 'json_object' | 'text';
  readonly temperature: boolean;
}

export const STANDARD: Dialect = { format: 'json_schema', temperature: true };

/**
 * What to try after a server rejected a request: without `temperature` where it names that (reasoning models), else with
 * the next plainer answer format (json_schema, then json_object, then none; the prompt itself asks for JSON, and the
 * answer is checked on our side whatever the format). Null where the dialect is not what it minds.
 */
export function plainer(dialect: Dialect, error: unknown): Dialect | null {
  if (!isUnexplainedRejection(error)) return null;
  if (dialect.temperature && /temperature/i.test(`${error.param} ${error.message}`))
    return { ...dialect, temperature: false };
  if (dialect.format === 'json_schema') return { ...dialect, format: 'json_object' };
  if (dialect.format === 'json_object') return { ...dialect, format: 'text' };
  return null;
}

export function requestPart({ format, temperature }: Dialect): {
  response_format?: ResponseFormat;
  temperature?: number;
} {
  return {
    ...(temperature ? { temperature: 0 } : {}),
    ...(format === 'json_schema'
      ? { response_format: { type: format, json_schema: { name: 'tags', strict: true, schema: ANSWER_JSON_SCHEMA } } }
      : format === 'json_object'
        ? { response_format: { type: format } }
        : {}),
  };
}
