import { Problem } from './problem.js';

// One wording each, wherever it is found missing: what a key may not see must look like what is not there.

export function noSuchWiki(wikiId: number): Problem {
  return new Problem('wiki_not_found', `There is no wiki ${wikiId}. List the wikis: GET /wikis.`);
}

export function noSuchWebhook(webhookId: string): Problem {
  return new Problem(
    'webhook_not_found',
    `There is no message '${webhookId}'. GET /webhooks?wiki_id= lists those of a wiki.`,
  );
}

export function noSuchJob(jobId: string): Problem {
  return new Problem(
    'job_not_found',
    `There is no job '${jobId}'. GET /analyze/wiki/cluster?wiki_id= lists those of a wiki.`,
  );
}

export function noSuchDecision(decisionId: string): Problem {
  return new Problem(
    'decision_not_found',
    `There is no decision '${decisionId}'. GET /wikis/{wiki_id}/decisions lists those of a wiki.`,
  );
}

export function noSuchExchange(exchangeId: string): Problem {
  return new Problem(
    'exchange_not_found',
    `There is no exchange '${exchangeId}'. GET /wikis/{wiki_id}/exchanges lists those of a wiki.`,
  );
}
