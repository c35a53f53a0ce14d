/** The graph link that Prometheus gives to an alert: it carries the rule's expression. */
export function generatorUrl(expression: string): string {
  const query = new URLSearchParams({ 'g0.expr': expression, 'g0.tab': '1' });
  return `http://kube-prometheus-stack-prometheus.monitoring:9090/graph?${query}`;
}
