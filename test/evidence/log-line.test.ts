import { describe, expect, it } from 'vitest';
import { levelNamed } from '../../src/evidence/log-level.ts';
import { readLogLine } from '../../src/evidence/log-line.ts';

describe('readLogLine', () => {
  it.each([
    [
      '{"level":"error","msg":"payment failed","err":{"message":"timeout"},"order":1}',
      'error',
      'payment failed err=timeout',
    ],
    ['{"level":50,"time":1,"msg":"payment failed"}', 'error', 'payment failed'],
    ['{"severity":"WARNING","message":"slow\\nquery"}', 'warn', 'slow query'],
    ['{"log":{"level":"info"},"message":"ready"}', 'info', 'ready'],
    ['{"status":502,"path":"/cart","ts":1}', null, 'status=502 path=/cart'],
    [
      'level=error ts=1 msg="upstream \\"db\\" failed" err=EOF n=3',
      'error',
      'upstream "db" failed err=EOF',
    ],
    ['a=b c=d', null, 'a=b c=d'],
    ['E1121 03:11:40.123456 1 x.go:1] no', 'error', 'E1121 03:11:40.123456 1 x.go:1] no'],
    ['03:11 ERROR [main] no', 'error', '03:11 ERROR [main] no'],
    ['[warn] 12#12: slow', 'warn', '[warn] 12#12: slow'],
    ['error: no such file', 'error', 'error: no such file'],
    ['the last error was long ago', null, 'the last error was long ago'],
    ['java.lang.IllegalStateException: no\n  at A', 'error', 'java.lang.IllegalStateException: no'],
    ['"GET / HTTP/1.1" 503 12', 'error', '"GET / HTTP/1.1" 503 12'],
    [
      'Traceback (most recent call last):\n  File "x"\nValueError: bad',
      'error',
      'Traceback ValueError: bad',
    ],
    ['{"level":"error", cut off', null, '{"level":"error", cut off'],
    ['\u001b[31mERROR\u001b[0m red', 'error', 'ERROR red'],
    ['', null, ''],
  ])('reads %j', (line, level, text) => {
    expect(readLogLine(line)).toEqual({ level, text });
  });
});

describe('levelNamed', () => {
  it.each([
    [10, 'debug'],
    [20, 'debug'],
    [30, 'info'],
    [40, 'warn'],
    ['50', 'error'],
    [60, 'fatal'],
    ['ERR', 'error'],
    ['Critical', 'fatal'],
    ['trace', 'debug'],
    ['verbosity', null],
    [3, null],
  ])('knows %j', (value, level) => {
    expect(levelNamed(value)).toBe(level);
  });
});
