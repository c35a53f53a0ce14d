import { describe, expect, it } from 'vitest';
import {
  limitToNamespaces,
  type NamespaceLimit,
  namespaceSelector,
} from '../../../src/tools/loki/enforce-namespaces.ts';
import { ToolError } from '../../../src/tools/tool.ts';

const SHOP: NamespaceLimit = { label: 'namespace', namespaces: ['shop'] };
const TWO: NamespaceLimit = { label: 'namespace', namespaces: ['shop', 'web-2'] };

describe('limitToNamespaces', () => {
  it.each([
    ['{app="a"}', '{namespace="shop", app="a"}'],
    ['{namespace="kube-system"}', '{namespace="shop", namespace="kube-system"}'],
    ['{namespace=~".*", app!="a"}', '{namespace="shop", namespace=~".*", app!="a"}'],
    [
      'sum by (app) (rate({app="a"} |= "x" [5m] offset 1h)) / sum(rate({app="b"}[5m]))',
      'sum by (app) (rate({namespace="shop", app="a"} |= "x" [5m] offset 1h)) / sum(rate({namespace="shop", app="b"}[5m]))',
    ],
    [
      '{app="a"} |= `{namespace="b"}` or "{}" | x="{{.x}}"',
      '{namespace="shop", app="a"} |= `{namespace="b"}` or "{}" | x="{{.x}}"',
    ],
    ['{app="a"} or {app="b"}', '{namespace="shop", app="a"} or {namespace="shop", app="b"}'],
    ['{ # {app="x"}\n app="a"}', '{namespace="shop",             \n app="a"}'],
    ['{app="a"} |= "# no comment"', '{namespace="shop", app="a"} |= "# no comment"'],
    [
      'label_replace(rate({app="a"}[1m]), "namespace", "shop", "", "")',
      'label_replace(rate({namespace="shop", app="a"}[1m]), "namespace", "shop", "", "")',
    ],
    ['vector(1) + 2', 'vector(1) + 2'],
  ])('puts the namespace into each selector of %s', (query, limited) => {
    expect(limitToNamespaces(query, SHOP)).toBe(limited);
  });

  it('names several namespaces as a regular expression of themselves', () => {
    expect(limitToNamespaces('{app="a"}', TWO)).toBe('{namespace=~"shop|web-2", app="a"}');
    expect(namespaceSelector({ label: 'ns', namespaces: ['a.b', 'c'] })).toBe('{ns=~"a\\\\.b|c"}');
  });

  it.each([
    ['{}', 'line 1, col 2: unexpected "}"'],
    ['', 'line 1, col 1: the query ends too early'],
    ['{app="a"', 'line 1, col 9: the query ends too early'],
    ['{app="a"} |= "x\n', 'line 1, col 14: unexpected'],
    ['{app="a"}\n  {app="b"}', 'line 2, col 3: unexpected'],
    ["{app='a'}", 'col 6: unexpected'],
    ['{app="a"} // {', 'unexpected'],
    ['{app="a"} /* " */ |= "x"', 'unexpected'],
    ['{app="a"\u00a0}', 'unexpected'],
    ['variants(rate({app="a"}[1m])) of ({app="a"}[1m])', 'line 1, col 1: unexpected "variants'],
    ['{app="a"} | json | {app="b"}', 'unexpected'],
    ['{"namespace"="b"}', 'unexpected'],
  ])('refuses %j with its place', (query, place) => {
    expect(() => limitToNamespaces(query, SHOP)).toThrow(ToolError);
    expect(() => limitToNamespaces(query, SHOP)).toThrow(place);
  });

  it('matches nothing rather than everything when no namespace is named', () => {
    expect(() => limitToNamespaces('{app="a"}', { label: 'namespace', namespaces: [] })).toThrow(
      'No namespace is configured',
    );
  });

  it('refuses a label that is no name', () => {
    expect(() =>
      limitToNamespaces('{app="a"}', { label: 'x="y"} or {a', namespaces: ['shop'] }),
    ).toThrow('is no name of a label');
  });
});
