/** The key pairs that the servers accept: the first for clients with one pair, all of them for those with a source. */
export const KEY_PAIRS = Array.from({ length: 6 }, (_, at) => ({
  accessKeyId: `AKIACHAOS${at}EXAMPLE000`,
  secretAccessKey: `chaosSecret${at}/K7MDENG/bPxRfiCYEXAMPLEKEY`,
}));
