import { expect, it } from 'vitest';
import { settingsHider } from '../../../src/mcp/remote/endpoint.ts';
import { readResult } from '../../../src/mcp/remote/result.ts';

it('hides the value of a setting in a failure before the failure is cut', () => {
  const env = { PASSPHRASE: 'sesame-street-7' };
  const hide = settingsHider({ kind: 'command', command: ['x'], inherited: {}, cwd: '/', env });
  const text = `${'word '.repeat(398)}sesame-street-7 was refused`;
  const read = () => readResult({ isError: true, content: [{ type: 'text', text }] }, hide);
  expect(read).toThrow(/\[the v.*…$/s);
  expect(read).not.toThrow(/sesame/);
});
