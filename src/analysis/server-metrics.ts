/** How one instrumentation tells what a server answered. */
export interface ServerFamily {
  /** A counter of requests. */
  count: string;
  /** The sum of a histogram or summary of durations; null where it has none. */
  duration: string | null;
  inMilliseconds?: boolean;
  /** Matchers that leave the answers that failed by the server's fault: the first that has series counts. */
  failed: readonly string[];
  /** Matchers without which the same request would be counted twice, or those of clients would be. */
  only?: readonly string[];
}

const GRPC_FAILED = 'Unknown|DeadlineExceeded|ResourceExhausted|Internal|Unavailable|DataLoss';
const GRPC_FAILED_CODES = '2|4|8|13|14|15';

/**
 * The usual instrumentations. One workload that has several is told by the first: the more specific one.
 * OpenTelemetry's by its semantic conventions, in the names that its Prometheus exporter makes of them.
 */
export const SERVERS: readonly ServerFamily[] = [
  {
    count: 'istio_requests_total',
    duration: 'istio_request_duration_milliseconds_sum',
    inMilliseconds: true,
    failed: ['response_code=~"5..|0"'],
    only: ['reporter="destination"'],
  },
  {
    count: 'http_server_request_duration_seconds_count',
    duration: 'http_server_request_duration_seconds_sum',
    failed: ['http_response_status_code=~"5.."', 'error_type!=""'],
  },
  {
    count: 'http_server_requests_seconds_count',
    duration: 'http_server_requests_seconds_sum',
    failed: ['status=~"5.."'],
  },
  {
    count: 'http_request_duration_seconds_count',
    duration: 'http_request_duration_seconds_sum',
    failed: ['code=~"5.."', 'status_code=~"5.."', 'status=~"5.."'],
  },
  {
    count: 'http_requests_total',
    duration: null,
    failed: ['code=~"5.."', 'status=~"5.."', 'status_code=~"5.."'],
  },
  {
    count: 'rpc_server_duration_milliseconds_count',
    duration: 'rpc_server_duration_milliseconds_sum',
    inMilliseconds: true,
    failed: [`rpc_grpc_status_code=~"${GRPC_FAILED_CODES}"`],
  },
  {
    count: 'grpc_server_handled_total',
    duration: 'grpc_server_handling_seconds_sum',
    failed: [`grpc_code=~"${GRPC_FAILED}"`],
  },
  {
    count: 'traces_spanmetrics_calls_total',
    duration: 'traces_spanmetrics_latency_sum',
    failed: ['status_code="STATUS_CODE_ERROR"'],
    only: ['span_kind="SPAN_KIND_SERVER"'],
  },
];
