import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPublicAddress, isPublicHost } from "../../src/media/addresses.ts";

describe("an address", () => {
  test.each([
    "8.8.8.8",
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "64:ff9b::808:808",
  ])("%s is public", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    ["this network", "0.0.0.0"],
    ["private", "10.1.2.3"],
    ["private", "172.16.0.1"],
    ["private", "172.31.255.255"],
    ["private", "192.168.1.1"],
    ["shared", "100.64.0.1"],
    ["shared", "100.127.255.255"],
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.254"],
    ["link-local, metadata", "169.254.169.254"],
    ["container credentials", "169.254.170.2"],
    ["metadata", "100.100.100.200"],
    ["metadata", "168.63.129.16"],
    ["protocols", "192.0.0.8"],
    ["documentation", "203.0.113.5"],
    ["benchmarks", "198.19.0.1"],
    ["multicast", "224.0.0.1"],
    ["reserved", "250.1.1.1"],
    ["broadcast", "255.255.255.255"],
    ["loopback", "::1"],
    ["unspecified", "::"],
    ["mapped", "::ffff:127.0.0.1"],
    ["mapped", "::ffff:8.8.8.8"],
    ["mapped, in hexadecimal", "::ffff:7f00:1"],
    ["compatible", "::7f00:1"],
    ["NAT64 of a private one", "64:ff9b::a00:1"],
    ["NAT64 of metadata", "64:ff9b::169.254.169.254"],
    ["local NAT64", "64:ff9b:1::a00:1"],
    ["link-local", "fe80::1"],
    ["link-local with zone", "fe80::1%eth0"],
    ["unique-local", "fd00:ec2::254"],
    ["unique-local", "fc00::1"],
    ["multicast", "ff02::1"],
    ["documentation", "2001:db8::1"],
    ["Teredo", "2001::1"],
    ["6to4", "2002:7f00:1::"],
    ["site-local", "fec0::1"],
    ["none", "localhost"],
    ["none", "1.2.3"],
    ["none", ""],
    ["none", "1:2"],
  ])("that is %s is not public: %s", (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test("is judged the same however it is written", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const { hostname } = new URL(`http://[${address}]`);
        expect(isPublicAddress(hostname.slice(1, -1))).toBe(isPublicAddress(address));
      }),
    );
  });
});

test.each([
  ["example.com", true],
  ["example.com.", true],
  ["8.8.8.8", true],
  ["localhost", false],
  ["localhost.", false],
  ["api.localhost", false],
  ["metadata.google.internal", false],
  ["printer.local", false],
  ["intranet", false],
  ["intranet.", false],
  ["10.0.0.1", false],
  ["::1", false],
])("the host %s is public: %s", (host, expected) => {
  expect(isPublicHost(host)).toBe(expected);
});
