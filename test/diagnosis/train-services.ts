/** Every service of the booking system: its port, whether it has a schema in MySQL, and whom it calls. */
export interface TrainService {
  name: string;
  port: number;
  /** How its database settings reach it; none: it has no tables. */
  database?: 'secret' | 'env';
  rabbit?: boolean;
}

const secret = (name: string, port: number): TrainService => ({ name, port, database: 'secret' });
const plain = (name: string, port: number): TrainService => ({ name, port, database: 'env' });
const none = (name: string, port: number): TrainService => ({ name, port });

export const TRAIN_SERVICES: readonly TrainService[] = [
  none('ts-admin-basic-info-service', 18767),
  none('ts-admin-order-service', 16112),
  none('ts-admin-route-service', 16113),
  none('ts-admin-travel-service', 16114),
  none('ts-admin-user-service', 16115),
  secret('ts-assurance-service', 18888),
  plain('ts-auth-service', 12340),
  none('ts-avatar-service', 17001),
  none('ts-basic-service', 15680),
  none('ts-cancel-service', 18885),
  secret('ts-config-service', 15679),
  secret('ts-consign-price-service', 16110),
  secret('ts-consign-service', 16111),
  secret('ts-contacts-service', 12347),
  { ...secret('ts-delivery-service', 18808), rabbit: true },
  none('ts-execute-service', 12386),
  secret('ts-food-delivery-service', 18957),
  { ...secret('ts-food-service', 18856), rabbit: true },
  none('ts-gateway-service', 18888),
  plain('ts-inside-payment-service', 18673),
  none('ts-news-service', 12862),
  { ...secret('ts-notification-service', 17853), rabbit: true },
  plain('ts-order-other-service', 12032),
  plain('ts-order-service', 12031),
  plain('ts-payment-service', 19001),
  none('ts-preserve-other-service', 14569),
  { ...none('ts-preserve-service', 14568), rabbit: true },
  secret('ts-price-service', 16579),
  none('ts-rebook-service', 18886),
  none('ts-route-plan-service', 14578),
  secret('ts-route-service', 11178),
  none('ts-seat-service', 18898),
  secret('ts-security-service', 11188),
  secret('ts-station-food-service', 18855),
  secret('ts-station-service', 12345),
  none('ts-ticketinfo-service', 15681),
  secret('ts-train-food-service', 19999),
  secret('ts-train-service', 14567),
  none('ts-travel-plan-service', 14322),
  secret('ts-travel-service', 12346),
  secret('ts-travel2-service', 16346),
  secret('ts-user-service', 12342),
  none('ts-verification-code-service', 15678),
  secret('ts-voucher-service', 16101),
  secret('ts-wait-order-service', 17525),
];

/** `ts-order-other-service` is `ORDER_OTHER` in the names of its settings. */
export function settingPrefix(service: string): string {
  return service
    .replace(/^ts-|-service$/g, '')
    .replaceAll('-', '_')
    .toUpperCase();
}

export function portOf(service: string): number {
  const found = TRAIN_SERVICES.find(({ name }) => name === service);
  if (found === undefined) throw new Error(`no service ${service}`);
  return found.port;
}
