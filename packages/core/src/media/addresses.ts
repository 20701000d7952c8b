/** IPv4 networks that are not of the public internet, as address and prefix length, and one metadata service that is. */
const NOT_PUBLIC_V4: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/**
 * Whether an IP address is of the public internet: not private, loopback, link-local, unique-local, shared, multicast,
 * reserved, mapped or tunnelled.
 *
 * @param address IPv4 or IPv6, without brackets; `false` for anything else
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry and
 *   https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  const v4 = parseV4(address);
  if (v4 !== undefined) return isPublicV4(v4);
  const [a, b, c, d, e, f, g, h] = parseV6(address);
  if (a === undefined || b === undefined || g === undefined || h === undefined) return false;
  // NAT64: networks without IPv4 reach all of IPv4 through it.
  if (a === 0x64 && b === 0xff9b) return !c && !d && !e && !f && isPublicV4(g * 0x10000 + h);
  // Only 2000::/3 is given out, and of it: protocols and tunnels (2001::/23), documentation, 6to4.
  return a >= 0x2000 && a <= 0x3ffe && !(a === 0x2001 && (b < 0x200 || b === 0xdb8)) && a !== 0x2002;
}

/**
 * Whether a URL's host can be looked for in the public internet.
 *
 * @param hostname as in a URL, IPv6 without brackets
 */
export function isPublicHost(hostname: string): boolean {
  if (hostname.includes(":") || parseV4(hostname) !== undefined) return isPublicAddress(hostname);
  // A name without a dot is one of the local network.
  return /\.[^.]/.test(hostname) && !/(^|\.)(localhost|local|internal|lan|home\.arpa)\.?$/.test(hostname);
}

function isPublicV4(address: number): boolean {
  return !NOT_PUBLIC_V4.some(([network, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor((parseV4(network) ?? 0) / size);
  });
}

function parseV4(address: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return undefined;
  return address.split(".").reduce((value, octet) => value * 256 + Number(octet), 0);
}

/** The eight groups; none when it is no IPv6 address. */
function parseV6(address: string): readonly number[] {
  const url = `http://[${address}]`;
  if (!address.includes(":") || !URL.canParse(url)) return [];
  // The platform writes it in hexadecimal and in its shortest form.
  const [front = "", back = ""] = new URL(url).hostname.slice(1, -1).split("::");
  const read = (text: string): number[] => (text === "" ? [] : text.split(":").map((group) => parseInt(group, 16)));
  const [head, tail] = [read(front), read(back)];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}
