declare module 'unbzip2-stream' {
  /** A stream of the old kind, which takes bzip2 and gives the bytes that were packed. */
  export default function unbzip2Stream(): NodeJS.ReadWriteStream;
}
