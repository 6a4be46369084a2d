/** Somebody asked for the exchange to stop. */
export class ExchangeCancelled extends Error {
  override readonly name = 'ExchangeCancelled';
}
