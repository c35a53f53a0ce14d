import { z } from 'zod';
import { Secret } from './secret.ts';

/*
 * The kinds of values that settings have. Every issue's message is what the field accepts, as it completes
 * "got …; accepts …".
 */

/** A section of the file. Unknown keys are refused: a misspelt setting must not be silently ignored. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? known : `a section with the keys ${known}`,
  });
}

export function whole(min: number, max: number) {
  const accepts = `a whole number from ${min} to ${max}`;
  return z.int(accepts).min(min, accepts).max(max, accepts);
}

/** `whole`, written as an environment variable. */
export function wholeText(min: number, max: number) {
  const accepts = `a whole number from ${min} to ${max}`;
  return z.string(accepts).regex(/^\d+$/, accepts).transform(Number).pipe(whole(min, max));
}

export function amount(max: number) {
  const accepts = `a number from 0 to ${max}`;
  return z.number(accepts).min(0, accepts).max(max, accepts);
}

export function text(accepts: string) {
  return z.string(accepts).trim().min(1, accepts);
}

/** A path as the program will open it: nothing expands `~`. */
export function path(what: string) {
  const accepts = `the path of ${what}, without "~" (the file may use \${HOME})`;
  return z.string(accepts).min(1, accepts).regex(/^[^~]/, accepts);
}

/** One kubeconfig file: the list of files that kubectl takes is not merged here. */
export function kubeconfigPath() {
  const accepts =
    'the path of one kubeconfig file, without "~" or ":" (merge several with: kubectl config view --flatten)';
  return z
    .string(accepts)
    .min(1, accepts)
    .regex(/^[^~:][^:]*$/, accepts);
}

/**
 * An HTTP URL, without its trailing slash so that paths can be appended. Credentials in it are refused:
 * fetch does too, and a URL is printed in places where a header is not.
 */
export function httpUrl() {
  const accepts =
    'an http:// or https:// URL without credentials, query or fragment (credentials go into headers)';
  return z
    .string(accepts)
    .refine((value) => {
      const url = URL.parse(value);
      if (url === null || !/^https?:$/.test(url.protocol)) return false;
      return `${url.username}${url.password}${url.search}${url.hash}` === '';
    }, accepts)
    .transform((value) => value.replace(/\/+$/, ''));
}

/** As it stands in a header, and nothing else. */
export function emailAddress() {
  const accepts = 'an email address, such as oncall-bot@example.org';
  return z.string(accepts).regex(/^[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+$/, accepts);
}

/** A name or address as it stands in a Host header, without its port, in the form that URLs have it. */
export function hostName() {
  const accepts = 'a host name or an IP address without port, such as mcp.example.org';
  return z
    .string(accepts)
    .refine((value) => /^(?:[\w.-]+|\[[\da-fA-F:.]+\])$/.test(value), accepts)
    .refine((value) => URL.canParse(`http://${value}`), accepts)
    .transform((value) => new URL(`http://${value}`).hostname);
}

/** Where a web page comes from, as browsers write it into the Origin header. */
export function originUrl() {
  const accepts =
    'http:// or https:// with a host and nothing after it, such as https://example.org';
  return z
    .string(accepts)
    .refine((value) => {
      const url = URL.parse(value);
      return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
    }, accepts)
    .transform((value) => new URL(value).origin);
}

/** A connection URL of a store, credentials included. */
export function connectionUrl(...schemes: string[]) {
  const accepts = `a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  return z
    .string(accepts)
    .refine((value) => schemes.some((scheme) => value.startsWith(`${scheme}://`)), accepts)
    .refine((value) => URL.canParse(value), accepts)
    .transform((value) => new Secret(value));
}

export function secretText() {
  const accepts = 'printable ASCII without spaces';
  return z
    .string(accepts)
    .regex(/^[\x21-\x7e]+$/, accepts)
    .transform((value) => new Secret(value));
}

/** Labels that an alert must have for something to apply to it. */
export function labelMatch() {
  const accepts = 'label values as text, such as {cluster: "eu-1"} (quote numbers)';
  return z.record(z.string(), z.string(accepts), accepts);
}

/** HTTP headers. Their values are secrets, whatever they hold. */
export function headers() {
  const accepts = 'HTTP headers: name: value';
  const name = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/);
  const value = z.string(accepts).regex(/^[\t\x20-\x7e]+$/, 'printable ASCII on one line');
  return z.record(
    name,
    value.transform((text) => new Secret(text)),
    accepts,
  );
}

/** Environment variables for another program. Their values are secrets, whatever they hold. */
export function envVars() {
  const accepts = 'environment variables: NAME: "value" (quote numbers)';
  const value = z.string(accepts).regex(/^[^\0]*$/, accepts);
  return z.record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
    value.transform((text) => new Secret(text)),
    accepts,
  );
}

/** The only namespaces that may be asked about. */
export function namespaceList() {
  const accepts = 'a namespace: at most 63 lower-case letters, digits and "-" (RFC 1123 label)';
  const namespace = z.string(accepts).regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, accepts);
  return z
    .array(namespace, 'a list of namespaces')
    .min(1, 'a list of namespaces; leave it out for all');
}

/** The name of a label of a series or of a log stream. */
export function labelName() {
  const accepts = 'the name of a label: letters, digits and "_"';
  return z.string(accepts).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, accepts);
}
