import express, { type Router } from 'express';
import { type Answer, refusal, send } from '../src/web/answer.ts';
import { onlyMethods } from '../src/web/app.ts';
import { callerOf } from '../src/web/local-caller.ts';
import { createReceiver, type ReceiveOptions } from './receive.ts';
import { alertmanager } from './sources/alertmanager/index.ts';
import { generic } from './sources/generic/index.ts';
import { grafana } from './sources/grafana/index.ts';
import { pagerduty } from './sources/pagerduty/index.ts';
import type { Source } from './sources/source.ts';

export const sources: readonly Source[] = [alertmanager, generic, grafana, pagerduty];

/** `POST /webhooks/<source>` for every source: express's side of {@link createReceiver}. */
export function createWebhooksRouter(options: ReceiveOptions): Router {
  const router = express.Router();
  for (const source of sources) {
    const receive = createReceiver(source, options);
    router
      .route(`/webhooks/${source.name}`)
      .post(async (request, response) => {
        const answer = await receive({
          caller: callerOf(request),
          header: (name) => request.get(name),
          body: request,
        });
        send(response, answer);
      })
      .all(onlyMethods('POST'));
  }
  router.use('/webhooks', (_request, response) => send(response, noSource()));
  return router;
}

/** Whoever configures a sender reads this in its log. */
function noSource(): Answer {
  const paths = sources.map(({ name }) => `/webhooks/${name}`).join(', ');
  const message = `No source has this path; those that there are: ${paths}.`;
  return refusal(404, { error: 'not_found', message });
}
