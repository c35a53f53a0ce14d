import { TimeWindow } from '../alert/window.ts';
import { ToolError } from '../tools/tool.ts';

/** Under this key of a request's `_meta` the investigation says which time it asks about. */
export const WINDOW_META = 'probable-cause/window';

/**
 * The window that a request carries, or else the default.
 *
 * @throws ToolError when there is one that is not `{from, to}` with RFC 3339 instants in order.
 */
export function windowOf(
  meta: Record<string, unknown> | undefined,
  defaultWindow: () => TimeWindow,
): TimeWindow {
  const carried = meta?.[WINDOW_META];
  if (carried === undefined) return defaultWindow();
  const window = TimeWindow.safeParse(carried);
  if (window.success && Date.parse(window.data.from) <= Date.parse(window.data.to)) {
    return window.data;
  }
  throw new ToolError(
    `_meta["${WINDOW_META}"] must be {"from", "to"} with two RFC 3339 instants, the earlier one first.`,
  );
}
