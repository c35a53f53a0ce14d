import { describe, expect, it } from 'vitest';
import { settingsHider } from '../../../src/mcp/remote/endpoint.ts';

const hiderOf = (env: Record<string, string>) =>
  settingsHider({ kind: 'command', command: ['x'], inherited: {}, cwd: '/', env });

describe('settingsHider', () => {
  it('hides all of a value that begins with another', () => {
    const hide = hiderOf({ SHORT: 'tokentoken', LONG: 'tokentokenTAIL9' });
    expect(hide('it is tokentokenTAIL9')).toBe('it is [the value of LONG]');
    expect(hide('it is tokentoken')).toBe('it is [the value of SHORT]');
  });

  const value = 'pa ss"word\\é+x';
  it.each([
    ['JSON', JSON.stringify({ value })],
    ['a URL', `?q=${encodeURIComponent(value)}`],
    ['a form', new URLSearchParams({ q: value }).toString()],
    ['base64', Buffer.from(value).toString('base64')],
    ['base64url', Buffer.from(value).toString('base64url')],
    ['base64 behind one byte', Buffer.from(`x${value}`).toString('base64')],
    ['base64 behind two bytes', Buffer.from(`a:${value}, and more`).toString('base64')],
  ])('hides a value inside %s', (_what, text) => {
    const hidden = hiderOf({ SETTING: value })(text);
    expect(hidden).toContain('[the value of SETTING]');
  });

  it('leaves what is too short to be a secret', () => {
    expect(hiderOf({ S: 'short7!' })('short7!')).toBe('short7!');
  });
});
