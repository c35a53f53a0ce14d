import type { Stage } from '../stage.ts';
import { between, type Fault, forAWhile } from './fault.ts';

const hasClocks = ({ clocks }: Stage) => clocks !== null;

/** The time of day of the program's machine is wrong by an hour for a while. */
export const clockFaults: readonly Fault[] = [3_600, -3_600].map((offset) => ({
  name: `the clock jumps ${offset > 0 ? 'forward' : 'back'} by an hour`,
  fits: hasClocks,
  async play({ clocks }, random) {
    await clocks?.set(offset);
    await forAWhile(between(random, 2_500, 5_000), () => clocks?.set(0));
    return {};
  },
}));
