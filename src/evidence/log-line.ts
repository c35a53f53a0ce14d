import { stripInvisible } from '../lib/escape.ts';
import { valueAt } from '../lib/value-at.ts';
import { type LogLevel, levelIn, levelNamed } from './log-level.ts';

/** What a line says, whatever its format. */
export interface LogMessage {
  level: LogLevel | null;
  /** On one line. */
  text: string;
}

/** Longer lines are dumps: nothing past this says what happened. */
const MAX_LINE = 64 * 1024;

const MESSAGE = ['msg', 'message', 'event', 'body', 'text', 'log', '@message'];
const LEVEL = ['level', 'lvl', 'severity', 'severity_text', 'levelname', 'log.level', 'loglevel'];
/** What makes two lines with one message different things. */
const TELLING = ['err', 'error', 'exception', 'cause', 'reason', 'status', 'status_code', 'code'];
const TIMES = ['time', 'ts', 'timestamp', '@timestamp', 't', 'date'];

/** A line in JSON, in logfmt, or as text, of which a stack trace is the line that names the failure. */
export function readLogLine(line: string): LogMessage {
  const text = stripInvisible(line.slice(0, MAX_LINE)).trim();
  const fields = jsonFields(text) ?? logfmtFields(text);
  return fields === null ? readText(text) : readFields(fields);
}

function readText(text: string): LogMessage {
  const lines = text.split('\n');
  const [first = ''] = lines;
  // Python alone puts the failure behind its trace.
  const python = first.includes('Traceback (most recent call last)') ? lines.at(-1) : undefined;
  return { level: levelIn(first), text: python === undefined ? first : `Traceback ${python}` };
}

type Fields = ReadonlyMap<string, string | number>;

function readFields(fields: Fields): LogMessage {
  const [message] = valuesOf(fields, MESSAGE);
  const [level] = valuesOf(fields, LEVEL);
  const named = [...fields].filter(([name]) =>
    message === undefined ? !LEVEL.includes(name) && !TIMES.includes(name) : TELLING.includes(name),
  );
  const parts = named.map(([name, value]) => `${name}=${value}`);
  const text = [...(message === undefined ? [] : [String(message)]), ...parts].join(' ');
  return {
    level: (level === undefined ? null : levelNamed(level)) ?? levelIn(text),
    text: text.replace(/\s+/g, ' ').trim(),
  };
}

function valuesOf(fields: Fields, names: readonly string[]): (string | number)[] {
  return names.flatMap((name) => fields.get(name) ?? []);
}

function jsonFields(text: string): Fields | null {
  if (!text.startsWith('{')) return null;
  try {
    const object: unknown = JSON.parse(text);
    if (typeof object !== 'object' || object === null) return null;
    return new Map(Object.entries(object).flatMap(([name, value]) => scalarsOf(name, value)));
  } catch {
    return null;
  }
}

/** A nested error is its message, and a nested `log` (ECS) has the level; what else is nested is left out. */
function scalarsOf(name: string, value: unknown): [string, string | number][] {
  if (typeof value === 'string' || typeof value === 'number') return [[name, value]];
  if (typeof value === 'boolean') return [[name, String(value)]];
  const message = valueAt(value, ['message']);
  const level = valueAt(value, ['level']);
  return [
    ...(typeof message === 'string' ? [[name, message] satisfies [string, string]] : []),
    ...(typeof level === 'string' ? [[`${name}.level`, level] satisfies [string, string]] : []),
  ];
}

const PAIR = /([\w.@-]{1,100})=("(?:[^"\\]|\\.)*"|\S*)(?:\s+|$)/y;

/** Null unless the whole line is pairs, some of which are a message or a level. */
function logfmtFields(text: string): Fields | null {
  const fields = new Map<string, string>();
  PAIR.lastIndex = 0;
  for (let at = 0; at < text.length; at = PAIR.lastIndex) {
    const [, name, value] = PAIR.exec(text) ?? [];
    if (name === undefined || value === undefined) return null;
    fields.set(name, value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value);
  }
  return [...MESSAGE, ...LEVEL].some((name) => fields.has(name)) ? fields : null;
}
