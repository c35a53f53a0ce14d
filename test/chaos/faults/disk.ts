import { between, type Fault, forAWhile } from './fault.ts';

export const diskFaults: readonly Fault[] = [
  {
    name: 'the disk of the embedded database is full',
    fits: ({ disk }) => disk !== null,
    async play({ disk }, random) {
      await disk?.fill();
      await forAWhile(between(random, 1_000, 4_000), () => disk?.free());
      return {};
    },
  },
];
