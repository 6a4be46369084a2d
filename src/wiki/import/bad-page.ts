/** One page of an upload is not right. It is rejected alone; the message is for people. */
export class BadPage extends Error {
  override readonly name = 'BadPage';
}
