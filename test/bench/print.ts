const NAME_WIDTH = 44;

export function printTitle(title: string): void {
  console.log(`\n${title}`);
}

/** @param wanted What the figure is measured against, in words; null: it is only told. */
export function printFigure(name: string, value: string, wanted: string | null = null): void {
  const against = wanted === null ? '' : ` (wanted: ${wanted})`;
  console.log(`  ${name.padEnd(NAME_WIDTH)} ${value}${against}`);
}

export function inMilliseconds(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
