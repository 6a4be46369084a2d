import type { Scope } from '../../src/access/needs.js';
import type { Who } from '../../src/wiki-app/user.guard.js';
import type { TestService } from './service.js';

export interface ApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly nullable?: boolean;
  readonly properties?: Record<string, ApiSchema>;
  readonly required?: readonly string[];
  readonly items?: ApiSchema;
  readonly anyOf?: readonly ApiSchema[];
  readonly allOf?: readonly ApiSchema[];
  readonly enum?: readonly unknown[];
  readonly additionalProperties?: ApiSchema | boolean;
}

export interface ApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: ApiSchema;
}

interface ApiOperation {
  readonly parameters?: readonly ApiParameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: ApiSchema }> };
  readonly 'x-scope'?: Scope;
  readonly 'x-reach'?: 'one wiki' | 'own wikis' | 'all wikis';
  /** In the document of the wiki app. */
  readonly 'x-who'?: Who;
}

/** A route as the OpenAPI document has it. */
export interface ApiRoute {
  readonly method: string;
  readonly path: string;
  readonly operation: ApiOperation;
}

export interface ApiDocument {
  readonly paths: Record<string, Record<string, ApiOperation>>;
  readonly components: { readonly schemas?: Record<string, ApiSchema> };
}

export const readDocument = async (service: TestService) => (await service.get<ApiDocument>('/openapi.json')).body;

/** All routes but those of health, which everybody may ask. */
export function guardedRoutes({ paths }: ApiDocument): ApiRoute[] {
  return Object.entries(paths)
    .filter(([path]) => !path.startsWith('/health/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
}

/** The schema itself, where the document only refers to it. */
export function resolved(schema: ApiSchema | undefined, document: ApiDocument): ApiSchema | undefined {
  return schema?.$ref === undefined ? schema : document.components.schemas?.[schema.$ref.split('/').at(-1)!];
}
