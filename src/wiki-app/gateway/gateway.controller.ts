import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Problem } from '../../common/problem.js';
import { JobsRepository } from '../jobs.repository.js';
import { OwnersRepository } from '../owners.repository.js';
import { ServiceClient } from '../service-client.js';
import { ServiceFault } from '../service-fault.js';
import { For, OfWikiApp } from '../user.guard.js';
import { type User, UserOf } from '../user.js';
import { forward } from './forward.js';
import { routeOf } from './routes.js';
import { WikiOf } from './wiki-of.js';

const PREFIX = '/api/service';

/** Lets users use routes of the tagging service for the wikis they may manage, with the wiki app's key. */
@OfWikiApp()
@Controller('api/service')
export class GatewayController {
  constructor(
    private readonly service: ServiceClient,
    private readonly owners: OwnersRepository,
    private readonly jobs: JobsRepository,
    private readonly wikiOf: WikiOf,
  ) {}

  @All('*path')
  @For('user')
  @ApiExcludeEndpoint()
  async pass(@Req() request: Request, @Res() response: Response, @UserOf() user: User): Promise<void> {
    const [path = '', query = ''] = request.originalUrl.split(/\?(.*)/s, 2);
    const asked = path.startsWith(`${PREFIX}/`) ? routeOf(request.method, path.slice(PREFIX.length)) : undefined;
    if (asked === undefined)
      throw new Problem('not_found', 'There is no such route of the tagging service for users. See /api/docs.');
    try {
      if (user.role !== 'admin') {
        if (asked.route.who === 'admin') throw new Problem('user_not_allowed', 'Only an admin may do that.');
        await this.owners.mustManage(user, await this.wikiOf.request(asked, new URLSearchParams(query)));
      }
      const target = new URL(`${this.service.url}${path.slice(PREFIX.length)}${query && `?${query}`}`);
      await forward(request, response, target, {
        authorization: `Bearer ${this.service.key}`,
        'x-acting-user': encodeURI(user.sub),
      });
    } catch (error) {
      throw error instanceof ServiceFault ? error.toProblem() : error;
    } finally {
      const jobId = asked.names['job_id'];
      // whatever came of it: an answer that broke off may have been a yes
      if (request.method === 'POST' && jobId !== undefined) await this.jobs.lookSoon(jobId);
    }
  }
}
