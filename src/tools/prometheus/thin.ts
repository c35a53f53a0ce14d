/** At most `most` of the items, evenly spread, the first and the last among them. */
export function thin<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  const stride = (items.length - 1) / Math.max(1, most - 1);
  const kept = new Set(Array.from({ length: most }, (_, index) => Math.round(index * stride)));
  return items.filter((_, index) => kept.has(index));
}
