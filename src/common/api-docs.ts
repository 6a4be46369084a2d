import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from './problem.js';

const IS_PUBLIC = 'wikitag:public';

/** Marks a controller or route that needs no API key. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
export { IS_PUBLIC };

const problemSchema = z.object({
  type: z.string().meta({ description: 'A stable identifier of this kind of error.' }),
  title: z.string().meta({ description: 'What this kind of error is, the same every time.' }),
  status: z.number().int().meta({ description: 'The HTTP status again.' }),
  code: z.string().meta({ description: 'Stable name of the error, for programs.' }),
  detail: z.string().meta({ description: 'What is wrong with this request and what to do next.' }),
  instance: z.string().meta({ description: 'The path that was asked for.' }),
});

/** Documents the errors of a route: every code it can answer with, grouped by status. 401 and 500 are added for all. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code]);
  return applyDecorators(
    ...[...byStatus].map(([status, group]) =>
      ApiResponse({
        status,
        description: group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('<br>'),
        content: {
          'application/problem+json': {
            schema: z.toJSONSchema(problemSchema, { target: 'openapi-3.0' }) as never,
            example: {
              type: `urn:wikitag:problem:${group[0]}`,
              title: PROBLEMS[group[0]!].title,
              status,
              code: group[0],
              detail: '…',
              instance: '/…',
            },
          },
        },
      }),
    ),
  );
}
