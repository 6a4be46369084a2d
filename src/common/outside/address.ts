import ipaddr from 'ipaddr.js';

/** All that IANA has given out for the public internet. What lies outside is special, whatever it embeds. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Public by their number, but answered by the cloud's own host: Azure's WireServer. */
const METADATA: readonly string[] = ['168.63.129.16'];

/**
 * Whether nothing must be sent to this address: everything but a plain address of the public internet. Refused are
 * private, loopback, link-local, CGNAT, multicast, reserved, documentation and metadata addresses, IPv6 forms that carry
 * an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo), addresses with a zone, and whatever is no address at all.
 * IPv4 is read as `inet_aton` reads it: decimal, octal, hexadecimal, one to four parts.
 */
export function isForbiddenAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return true;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return true;
  return parsed instanceof ipaddr.IPv4 ? METADATA.includes(parsed.toString()) : !parsed.match(GLOBAL_UNICAST);
}
