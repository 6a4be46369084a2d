/** Does nothing: a task of it makes a pool start a thread. */
export default function run(): void {}
