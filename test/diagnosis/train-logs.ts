import { portOf } from './train-services.ts';
import type { LogLine, World } from './world.ts';

interface SpringLine {
  level: 'INFO' | 'WARN' | 'ERROR';
  logger: string;
  text: string;
  /** Lines of the stack trace, without the tab. */
  trace?: readonly string[];
  /** Again and again, so many seconds apart; once without it. */
  every?: number;
  /** The first one, in seconds before the end. */
  from?: number;
  to?: number;
}

const TOMCAT_TRACE = [
  '\tat org.springframework.web.client.RestTemplate.doExecute(RestTemplate.java:785) ~[spring-web-5.3.9.jar!/:5.3.9]',
  '\tat org.springframework.web.client.RestTemplate.exchange(RestTemplate.java:602) ~[spring-web-5.3.9.jar!/:5.3.9]',
  '\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:897) ~[spring-webmvc-5.3.9.jar!/:5.3.9]',
  '\tat java.lang.Thread.run(Thread.java:745) [na:1.8.0_111]',
];

/** Lines in Spring Boot's own layout, a stack trace in lines of its own as a container's log has it. */
export function spring(world: World, app: string, lines: readonly SpringLine[]): void {
  world.app(app).logs(lines.flatMap((line) => laidOut(world, line)));
}

/** The same before a container ended: `crash` takes plain lines. */
export function springText(world: World, line: Omit<SpringLine, 'every' | 'to'>): string[] {
  return laidOut(world, line).map(({ text }) => text);
}

function laidOut(
  world: World,
  { level, logger, text, trace = [], every, from = 800, to = 30 }: SpringLine,
): LogLine[] {
  const times: number[] = [];
  for (let ago = from; ago >= to; ago -= every ?? Number.POSITIVE_INFINITY) times.push(ago);
  return times.flatMap((secondsAgo) => {
    const stamp = world.ago(secondsAgo).replace('T', ' ').replace('Z', '.417');
    const head = `${stamp} ${level.padStart(5)} 1 --- [io-8080-exec-7] ${logger.padEnd(40)} : ${text}`;
    return [head, ...trace].map((one) => ({ secondsAgo, text: one }));
  });
}

/** How a call over HTTP ends when it does not get through. */
type Failure = 'refused' | 'connect-timeout' | 'read-timeout' | 'unknown-host' | 'no-route' | '500';

const JAVA: Record<Exclude<Failure, 'unknown-host' | '500'>, [exception: string, words: string]> = {
  refused: ['java.net.ConnectException', 'Connection refused (Connection refused)'],
  'connect-timeout': ['java.net.SocketTimeoutException', 'connect timed out'],
  'read-timeout': ['java.net.SocketTimeoutException', 'Read timed out'],
  'no-route': ['java.net.NoRouteToHostException', 'No route to host (Host unreachable)'],
};

/** What the caller writes when its RestTemplate fails, with all that Tomcat says about it. */
export function callFails(
  world: World,
  caller: string,
  callee: string,
  how: Failure,
  { path = 'query', every = 70, from = 800 }: { path?: string; every?: number; from?: number } = {},
): void {
  const group = callee.replace(/^ts-|-service$/g, '').replaceAll('-', '');
  const url = `http://${callee}:${portOf(callee)}/api/v1/${group}service/${path}`;
  const [exception, words] =
    how === 'unknown-host'
      ? ['java.net.UnknownHostException', callee]
      : how === '500'
        ? [
            'org.springframework.web.client.HttpServerErrorException$InternalServerError',
            '500 : [{"status":500,"error":"Internal Server Error"}]',
          ]
        : JAVA[how];
  const wrapped =
    how === '500'
      ? `${exception}: ${words}`
      : `org.springframework.web.client.ResourceAccessException: I/O error on GET request for "${url}": ${words}; nested exception is ${exception}: ${words}`;
  spring(world, caller, [
    {
      level: 'ERROR',
      logger: 'o.a.c.c.C.[.[.[/].[dispatcherServlet]',
      text: `Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Request processing failed; nested exception is ${wrapped}] with root cause`,
      trace: ['', `${exception}: ${words}`, ...TOMCAT_TRACE],
      every,
      from,
    },
  ]);
}

/** What the gateway and the dashboard's nginx write about requests under a path that fail. */
export function edgeFails(
  world: World,
  path: string,
  how: '500' | '504' | '502' = '500',
  from = 800,
): void {
  spring(world, 'ts-gateway-service', [
    {
      level: 'ERROR',
      logger: 'a.w.r.e.AbstractErrorWebExceptionHandler',
      text: `[8f3a1c02-${String(from)}]  ${how === '500' ? '500 Server Error' : '504 GATEWAY_TIMEOUT'} for HTTP POST "${path}"`,
      every: 60,
      from,
    },
  ]);
  const lines: LogLine[] = [];
  for (let ago = from; ago > 30; ago -= 45) {
    const stamp = world.ago(ago).replaceAll('-', '/').replace('T', ' ').replace('Z', '');
    lines.push({
      secondsAgo: ago,
      text:
        how === '504'
          ? `${stamp} [error] 29#29: *1423 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.244.0.1, server: localhost, request: "POST ${path} HTTP/1.1", upstream: "http://10.96.31.4:18888${path}", host: "train.example"`
          : `10.244.0.1 - - [${stamp}] "POST ${path} HTTP/1.1" ${how} 128 "http://train.example/index.html" "Mozilla/5.0"`,
    });
  }
  world.app('ts-ui-dashboard').logs(lines);
}
