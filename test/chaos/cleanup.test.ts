import { expect, it } from 'vitest';
import { createCleanup } from './cleanup.ts';

it('cleans up what was added last first, each once, whatever fails', async () => {
  const ended: string[] = [];
  const cleanup = createCleanup();
  cleanup.add(async () => ended.push('directory'));
  cleanup.add(async () => {
    throw new Error('it hangs');
  });
  cleanup.add(async () => ended.push('program'));
  await expect(cleanup.run()).rejects.toThrow('not all could be cleaned up');
  await cleanup.run();
  expect(ended).toEqual(['program', 'directory']);
});
