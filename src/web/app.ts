import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Router,
} from 'express';
import type { Logger } from '../lib/log.ts';
import { refusal, send } from './answer.ts';

/**
 * An express application out of routers: `serve` gives it all of them, the split processes each their own.
 * Whatever no router takes is answered here, in JSON.
 */
export function createApp(routers: readonly Router[], log: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(securityHeaders);
  for (const router of routers) app.use(router);
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}

/** For routes that take other methods: tells which. */
export function onlyMethods(...methods: string[]): RequestHandler {
  const allow = methods.join(', ');
  return (request, response) => {
    const message = `${request.path} takes ${allow}, not ${request.method}.`;
    send(response, refusal(405, { error: 'method_not_allowed', message }, { Allow: allow }));
  };
}

const SECURITY_HEADERS = Object.entries({
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
});

const securityHeaders: RequestHandler = (_request, response, next) => {
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
  next();
};

const notFound: RequestHandler = (_request, response) => {
  const message = 'There is nothing at this path.';
  send(response, refusal(404, { error: 'not_found', message }));
};

function errorHandler(log: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    // A request that express itself cannot read, such as a path with a broken percent sign.
    if (error instanceof URIError) {
      const message = 'The path is not valid percent-encoded text.';
      send(response, refusal(400, { error: 'bad_request', message }));
      return;
    }
    log.error({ err: error, method: request.method, path: request.path }, 'request failed');
    const message = 'Something failed on our side. The log says what.';
    send(response, refusal(500, { error: 'internal', message }));
  };
}
