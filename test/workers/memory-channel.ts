import { type Channel, ChannelError } from '../../src/notify/channel.ts';

/** A channel that keeps the states that it was shown; `refusal` is why it takes nothing. */
export function memoryChannel(name: string, refusal: string | null = null) {
  const shown: string[] = [];
  const show = (body: string) => {
    if (refusal !== null) throw new ChannelError(refusal, false);
    shown.push(body);
  };
  const channel: Channel<string> = {
    name,
    render: ({ state }) => [{ key: 'card', body: state }],
    async post({ body }) {
      show(body);
      return { at: name };
    },
    async edit(_ref, { body }) {
      show(body);
    },
    find: async () => null,
  };
  return { channel, shown };
}
